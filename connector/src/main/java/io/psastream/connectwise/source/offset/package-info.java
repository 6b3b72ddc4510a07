/** What a query remembers in Connect's offsets, and how it is stored. Pure. */
package io.psastream.connectwise.source.offset;
