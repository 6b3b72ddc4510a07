/** One API call done well: URL, authentication, pace, retry, error classification. */
package io.psastream.connectwise.client;
