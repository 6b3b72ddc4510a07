/** Made-up items in any number, the same ones for the same seed. */
package io.psastream.connectwise.simulator.seed;
