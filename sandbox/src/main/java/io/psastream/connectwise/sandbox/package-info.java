/** Broker, Connect worker and simulator in one process. */
package io.psastream.connectwise.sandbox;
