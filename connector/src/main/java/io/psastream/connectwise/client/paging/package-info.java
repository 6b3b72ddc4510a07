/** Reads a list to its end: by ids, by the API's page ids, or by page numbers. */
package io.psastream.connectwise.client.paging;
