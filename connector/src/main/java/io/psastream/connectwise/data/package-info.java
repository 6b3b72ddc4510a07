/** JSON to and from Kafka Connect values. */
package io.psastream.connectwise.data;
