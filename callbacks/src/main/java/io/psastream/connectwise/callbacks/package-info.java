/** Receives ConnectWise's callbacks, and keeps them registered. A program of its own. */
package io.psastream.connectwise.callbacks;
