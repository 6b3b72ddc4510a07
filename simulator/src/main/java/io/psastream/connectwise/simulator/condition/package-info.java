/** Conditions as values that match rows. */
package io.psastream.connectwise.simulator.condition;
