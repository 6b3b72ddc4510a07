/** What goes wrong with the real API, switched on by name. */
package io.psastream.connectwise.simulator.fault;
