/** Creates, replaces, patches and deletes, with the checks the API makes. */
package io.psastream.connectwise.simulator.write;
