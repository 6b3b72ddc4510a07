/** The Kafka broker and its topics, as a user of Kafka sees them. */
package io.psastream.connectwise.sandbox.broker;
