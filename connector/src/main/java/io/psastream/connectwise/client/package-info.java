/** One API call done well: URL, authentication, pace, retry, error classification, paging. */
package io.psastream.connectwise.client;
