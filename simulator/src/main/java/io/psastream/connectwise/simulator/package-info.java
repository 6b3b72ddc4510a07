/** A ConnectWise PSA double good enough to trust. */
package io.psastream.connectwise.simulator;
