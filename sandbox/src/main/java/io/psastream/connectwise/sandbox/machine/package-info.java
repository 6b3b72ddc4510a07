/**
 * This machine as the sandbox needs it: ports, folders, waiting for what other threads and
 * processes do.
 */
package io.psastream.connectwise.sandbox.machine;
