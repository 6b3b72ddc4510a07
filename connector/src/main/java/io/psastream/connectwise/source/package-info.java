/** Schedule, window, pages, items, records with offsets. */
package io.psastream.connectwise.source;
