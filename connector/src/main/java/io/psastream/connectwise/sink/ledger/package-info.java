/** What was created for which record, in a topic that outlives the task. */
package io.psastream.connectwise.sink.ledger;
