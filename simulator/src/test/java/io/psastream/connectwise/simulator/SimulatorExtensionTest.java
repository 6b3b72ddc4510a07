package io.psastream.connectwise.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

class SimulatorExtensionTest {

  @Nested
  @ExtendWith(SimulatorExtension.class)
  class OfATest {

    private Simulator before;

    @BeforeEach
    void prepare(Simulator simulator) {
      before = simulator;
      assertThat(simulator.store().paths()).isEmpty();
      simulator.seed().boards(1);
    }

    @RepeatedTest(2)
    void isItsOwnAndSharedWithWhatPreparesIt(Simulator simulator) {
      assertThat(simulator).isSameAs(before);
      assertThat(simulator.store().paths()).hasSize(1);
    }
  }

  @Nested
  @ExtendWith(SimulatorExtension.class)
  class OfAClass {

    private static int port;

    @BeforeAll
    static void prepare(Simulator simulator) {
      port = simulator.port();
    }

    @RepeatedTest(2)
    void isTheSameInEveryTest(Simulator simulator) {
      assertThat(simulator.port()).isEqualTo(port);
    }
  }
}
