/** Lists, counts and single items: conditions, order, pages, links. */
package io.psastream.connectwise.simulator.read;
