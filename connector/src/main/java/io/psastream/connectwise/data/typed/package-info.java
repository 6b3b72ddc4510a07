/** Items as Connect Structs with the schemas of the catalogue. */
package io.psastream.connectwise.data.typed;
