package io.psastream.connectwise.compat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The JDKs of this machine: the one that runs the build, and those that lie beside it. */
record Jdk(int feature, Path home) {

  /** The one that runs the build and the newest that is found, when it is newer. */
  static List<Jdk> oldAndNewest() {
    Jdk running = new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
    List<Jdk> jdks = new ArrayList<>(List.of(running));
    besides(running.home()).stream()
        .max(Comparator.comparingInt(Jdk::feature))
        .filter(newest -> newest.feature() > running.feature())
        .ifPresent(jdks::add);
    return List.copyOf(jdks);
  }

  private static List<Jdk> besides(Path home) {
    try (Stream<Path> folders = Files.list(home.toRealPath().getParent())) {
      return folders.map(Jdk::of).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the file {@code release} that every JDK has. */
  private static Optional<Jdk> of(Path home) {
    if (!Files.isExecutable(home.resolve("bin/java"))) {
      return Optional.empty();
    }
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
      release.load(reader);
      String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
      return Optional.of(new Jdk(Runtime.Version.parse(version).feature(), home));
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }
}
