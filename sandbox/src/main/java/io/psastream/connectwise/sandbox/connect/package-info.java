/** The Connect worker: started and stopped, in this JVM or another, and its REST API. */
package io.psastream.connectwise.sandbox.connect;
