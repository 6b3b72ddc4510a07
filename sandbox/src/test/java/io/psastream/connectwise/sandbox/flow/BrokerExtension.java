package io.psastream.connectwise.sandbox.flow;

import io.psastream.connectwise.sandbox.AvroPlugin;
import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link Sandbox} of this JVM, for those that start workers of their own:
 * started by the first test that asks, closed after the last.
 */
public class BrokerExtension implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Sandbox.class;
  }

  @Override
  public Sandbox resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return sandbox(context);
  }

  static Sandbox sandbox(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(BrokerExtension.class))
        .computeIfAbsent(Sandbox.class, type -> start(), Sandbox.class);
  }

  private static Sandbox start() {
    try {
      return Sandbox.start(
          BuiltArchive.path(),
          Files.createTempDirectory(Path.of("target"), "sandbox-"),
          List.of(AvroPlugin.folder(), Path.of(System.getProperty("connectors")).toAbsolutePath()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
