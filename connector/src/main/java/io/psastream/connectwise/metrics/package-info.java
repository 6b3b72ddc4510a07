/** What the plugin counts, as metrics of the worker. */
package io.psastream.connectwise.metrics;
