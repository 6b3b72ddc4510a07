package io.psastream.connectwise.simulator;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a {@link Simulator} to whoever has a parameter of that type, and closes it afterwards. A
 * test and its {@code @BeforeEach} methods share one that no other test sees; one that is first
 * asked for by a constructor or in {@code @BeforeAll} serves the whole class.
 */
public final class SimulatorExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SimulatorExtension.class);

  /** JUnit closes what it finds in its store at the end of the test or class. */
  private record Running(Simulator simulator) implements AutoCloseable {
    @Override
    public void close() {
      simulator.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Simulator.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(Running.class, key -> new Running(Simulator.start()), Running.class)
        .simulator();
  }
}
