/**
 * What bodies say: differences, custom fields, checks against the catalogue. Pure, it sends
 * nothing.
 */
package io.psastream.connectwise.sink.body;
