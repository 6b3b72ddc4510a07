/** The state of a query that is kept in Connect's offsets, and its stored forms. Pure. */
package io.psastream.connectwise.source.offset;
