/** Texts with expressions that a record fills in. Pure. */
package io.psastream.connectwise.sink.template;
