package io.psastream.connectwise.sandbox.flow;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The same with a worker that runs. */
public final class SandboxExtension extends BrokerExtension implements BeforeEachCallback {

  @Override
  public void beforeEach(ExtensionContext context) {
    sandbox(context).startWorker();
  }
}
