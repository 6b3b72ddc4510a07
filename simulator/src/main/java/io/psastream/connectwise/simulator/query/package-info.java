/** Parses the API's query language: conditions, orderBy and fields. */
package io.psastream.connectwise.simulator.query;
