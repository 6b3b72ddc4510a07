/** Calls of the API: URL, authentication, rate limit, retry, classification of failures. */
package io.psastream.connectwise.client;
