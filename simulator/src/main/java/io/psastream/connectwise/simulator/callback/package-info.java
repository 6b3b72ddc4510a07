/** Callbacks: changes that the site tells to registered addresses. */
package io.psastream.connectwise.simulator.callback;
