/** The command line that shows the catalogue and writes configurations; not used by a worker. */
package io.psastream.connectwise.command;
