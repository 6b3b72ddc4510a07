/** What is remembered of a series without an end. */
package io.psastream.connectwise.simulator.recent;
