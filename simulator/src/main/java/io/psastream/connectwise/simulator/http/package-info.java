/** HTTP/1.1 over plain sockets, with full control over what goes out and when it breaks off. */
package io.psastream.connectwise.simulator.http;
