/**
 * What {@code ./demo} shows: the story of tickets that flow both ways, told while it happens, and
 * the same source against a real site.
 */
package io.psastream.connectwise.sandbox.demo;
