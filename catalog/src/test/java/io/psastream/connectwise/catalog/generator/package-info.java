/** Writes the data of the catalogue from an OpenAPI file; does not ship. See README.md. */
package io.psastream.connectwise.catalog.generator;
