/** Which operation a request is for, and what is known of its items. */
package io.psastream.connectwise.simulator.route;
