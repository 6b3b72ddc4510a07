/** Record, call, outcome, report. */
package io.psastream.connectwise.sink;
