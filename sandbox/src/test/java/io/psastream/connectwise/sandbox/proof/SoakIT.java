package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.flow.BrokerExtension;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Everything at once: a short slice in every build, and {@code ./mvnw -Psoak verify} for half an
 * hour or {@code -Dsoak.minutes}; {@code -Pordeal} the sinks alone. {@code -Dsandbox.seed} repeats
 * what chance decided.
 */
@ExtendWith(BrokerExtension.class)
final class SoakIT {

  private final Sandbox sandbox;

  SoakIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void nothingIsLostDoubledOvertakenOrFalselyDeletedWhateverHappens() throws IOException {
    long seed = Long.getLong("sandbox.seed", System.nanoTime());
    double minutes = Double.parseDouble(System.getProperty("soak.minutes"));
    Soak.Plan plan = Boolean.getBoolean("soak.sinks") ? Soak.Plan.SINKS : Soak.Plan.USUAL;
    System.out.printf("Soak of %s minutes, %s, -Dsandbox.seed=%d%n", minutes, plan, seed);
    try (Soak soak = new Soak(sandbox, plan, seed)) {
      try {
        soak.endure(Duration.ofMillis((long) (minutes * 60_000)));
      } finally {
        System.out.println(soak.report());
      }
    }
  }
}
