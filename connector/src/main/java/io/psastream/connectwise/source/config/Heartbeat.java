package io.psastream.connectwise.source.config;

import java.time.Duration;

/** Where and how often a query that has nothing to send tells Connect where it stands. */
public record Heartbeat(String topic, Duration interval) {}
