/** What became of a record, told in Kafka: pure reports, and one class that sends them. */
package io.psastream.connectwise.sink.report;
