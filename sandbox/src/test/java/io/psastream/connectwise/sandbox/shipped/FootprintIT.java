package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.Footprint;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The plugin is light: what it costs a worker to have it, in a fresh JVM. */
final class FootprintIT {

  @Test
  void catalogueIsReadyInLessThan200MsAndThePluginTakesLessThan30MbOfHeap() throws Exception {
    try (ForkedJvm jvm =
        ForkedJvm.start(Footprint.class, Map.of(), BuiltArchive.path().toString())) {
      assertThat(jvm.exitCode(Duration.ofSeconds(60))).as(jvm.output()).isZero();

      Map<String, Double> figures =
          jvm.output()
              .lines()
              .map(line -> line.split("="))
              .collect(Collectors.toMap(pair -> pair[0], pair -> Double.parseDouble(pair[1])));
      assertThat(figures.get("catalogue.cpu.ms")).isLessThan(200);
      assertThat(figures.get("heap.mb")).isLessThan(30);
    }
  }
}
