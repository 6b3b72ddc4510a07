/** What others say of the tables from outside, through a topic: hints that are never believed. */
package io.psastream.connectwise.source.signal;
