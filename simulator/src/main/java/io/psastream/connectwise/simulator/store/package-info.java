/** The items the simulator holds, in memory, and the log of all their versions. */
package io.psastream.connectwise.simulator.store;
