/** Texts with expressions that a record or a parent fills in. Pure. */
package io.psastream.connectwise.template;
