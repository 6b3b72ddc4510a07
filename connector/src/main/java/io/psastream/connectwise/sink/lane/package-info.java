/** Records on their way: in order for each key, in parallel for different ones. */
package io.psastream.connectwise.sink.lane;
