package io.psastream.connectwise.sandbox;

import java.nio.file.Path;

/** The archives under test. */
public final class BuiltArchive {
  private BuiltArchive() {}

  /** Where the build says it is. */
  public static Path path() {
    return Path.of(System.getProperty("connectwise.archive"));
  }

  /** The download of the program that receives callbacks, beside its folder. */
  public static Path callbacks() {
    Path folder = Path.of(System.getProperty("connectwise.callbacks"));
    return folder.getParent().resolveSibling(folder.getFileName() + ".zip");
  }
}
