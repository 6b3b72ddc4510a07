/** The outcomes of records, reported in Kafka: pure reports, and the classes that send them. */
package io.psastream.connectwise.sink.report;
