/** The keys of the sink connector and what is made of them. */
package io.psastream.connectwise.sink.config;
