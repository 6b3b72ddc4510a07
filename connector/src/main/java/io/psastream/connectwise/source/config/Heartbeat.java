package io.psastream.connectwise.source.config;

import java.time.Duration;

/** The topic of heartbeats, and the time without a record after which a query sends one. */
public record Heartbeat(String topic, Duration interval) {}
