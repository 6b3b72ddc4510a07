/** The API as a whole: who may call it, and the way of a request through it. */
package io.psastream.connectwise.simulator.api;
