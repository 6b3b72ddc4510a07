/** The API itself: who may call, which operation a path is, what it does with the store. */
package io.psastream.connectwise.simulator.api;
