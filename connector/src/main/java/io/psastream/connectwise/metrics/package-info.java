/** What the plugin tells of itself, as metrics of the worker or JMX beans. */
package io.psastream.connectwise.metrics;
