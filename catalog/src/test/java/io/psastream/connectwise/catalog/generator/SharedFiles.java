package io.psastream.connectwise.catalog.generator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * The folder with the specification the catalogue was made from, which is not part of the sources.
 *
 * <p>Looked for where the system property {@code connectwise.spec} or the environment variable
 * {@code CONNECTWISE_SPEC} says, then beside the repository. A test that needs a file which is not
 * there is skipped.
 */
final class SharedFiles {

  private SharedFiles() {}

  static Path file(String name) {
    return Stream.of(
            Optional.ofNullable(System.getProperty("connectwise.spec")),
            Optional.ofNullable(System.getenv("CONNECTWISE_SPEC")),
            Optional.of("../../shared/connectwise"),
            Optional.of("/work/shared/connectwise"))
        .flatMap(Optional::stream)
        .map(folder -> Path.of(folder, name))
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(() -> new TestAbortedException(name + " is not there"));
  }
}
