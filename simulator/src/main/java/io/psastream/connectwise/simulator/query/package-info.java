/** The query language of the ConnectWise API: conditions, orderBy and fields. */
package io.psastream.connectwise.simulator.query;
