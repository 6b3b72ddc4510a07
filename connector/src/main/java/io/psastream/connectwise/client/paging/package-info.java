/** Reading a list to its end: by ids, by its own links, or by page numbers. */
package io.psastream.connectwise.client.paging;
