/**
 * The benchmark of the source: how fast tickets flow from the simulator into a topic, next to a
 * source that does nothing and a loop without Connect.
 */
package io.psastream.connectwise.sandbox.bench;
