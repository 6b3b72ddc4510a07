package io.psastream.connectwise.sandbox;

import java.nio.file.Path;

/** The archive under test. */
public final class BuiltArchive {
  private BuiltArchive() {}

  /** Where the build says it is. */
  public static Path path() {
    return Path.of(System.getProperty("connectwise.archive"));
  }
}
