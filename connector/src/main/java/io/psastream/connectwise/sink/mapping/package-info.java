/** From a record to the calls that apply it: routes, templates, bodies. Pure, it sends nothing. */
package io.psastream.connectwise.sink.mapping;
