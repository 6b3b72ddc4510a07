package io.psastream.connectwise.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder {@code config-examples/}, and what pages print, as tests see them. */
public final class Examples {
  public static final Path FOLDER = Path.of("..", "config-examples");

  private static final Pattern PRINTED = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  private Examples() {}

  /** Every file with a connector's configuration. */
  public static List<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The connectors' configurations that a page prints, the path from the root. */
  public static List<Example> printed(String page) throws IOException {
    List<Example> examples = new ArrayList<>();
    Matcher block = PRINTED.matcher(Files.readString(FOLDER.resolveSibling(page)));
    while (block.find()) {
      examples.add(Example.parse(block.group(1)));
    }
    return examples;
  }
}
