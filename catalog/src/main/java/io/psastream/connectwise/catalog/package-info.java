/** The ConnectWise API as data: operations, path templates and item schemas. */
package io.psastream.connectwise.catalog;
