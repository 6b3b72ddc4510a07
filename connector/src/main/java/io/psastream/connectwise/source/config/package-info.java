/** The keys of the source connector and what is made of them. */
package io.psastream.connectwise.source.config;
