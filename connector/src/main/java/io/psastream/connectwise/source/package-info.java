/** The source connector: schedules passes over queries, and emits items as records. */
package io.psastream.connectwise.source;
