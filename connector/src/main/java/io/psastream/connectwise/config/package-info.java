/** Configuration keys, typed accessors and validation of both connectors. */
package io.psastream.connectwise.config;
