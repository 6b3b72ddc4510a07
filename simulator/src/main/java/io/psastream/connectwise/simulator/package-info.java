/**
 * A ConnectWise PSA double for tests, the demo and docker-compose. It shares the contract with the
 * connector, as data, and no behaviour.
 */
package io.psastream.connectwise.simulator;
