package io.psastream.connectwise.sandbox.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.sandbox.machine.Folders;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of Debian's package, with an empty database, on loopback. It refuses to run
 * as root, who runs it as the user {@code nobody}.
 */
final class Postgres implements AutoCloseable {

  /** The user, whom the server believes without a password, and the database. */
  static final String NAME = "postgres";

  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

  private final Programs programs;
  private final Path folder;
  private final int port;

  private Postgres(Programs programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
  }

  /**
   * The programs of one version.
   *
   * @param as what they are started with, so that they do not run as root
   */
  record Programs(Path folder, List<String> as) {

    /** Those of the newest version that is here and can be run; empty where there is none. */
    static Optional<Programs> find() throws IOException {
      if (!Files.isDirectory(VERSIONS)) {
        return Optional.empty();
      }
      List<String> as =
          System.getProperty("user.name").equals("root")
              ? List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
              : List.of();
      try (Stream<Path> versions = Files.list(VERSIONS)) {
        return versions
            .sorted(
                Comparator.comparing(
                    version -> -Double.parseDouble(version.getFileName().toString())))
            .map(version -> new Programs(version.resolve("bin"), as))
            .filter(each -> each.call("initdb", "--version").isPresent())
            .findFirst();
      }
    }

    /** What a program says; empty where it cannot be started or fails. */
    private Optional<String> call(String program, String... arguments) {
      List<String> words = new ArrayList<>(as);
      words.add(folder.resolve(program).toString());
      words.addAll(List.of(arguments));
      try {
        Path output = Files.createTempFile("postgres", ".out");
        Process process =
            new ProcessBuilder(words)
                .directory(output.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.onExit().join().exitValue();
        String said = Files.readString(output, UTF_8);
        Files.delete(output);
        return code == 0 ? Optional.of(said) : Optional.empty();
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  /** Makes a database, starts its server and waits until it answers. */
  static Postgres start(Programs programs) throws IOException {
    Path folder = Files.createTempDirectory("postgres");
    if (!programs.as().isEmpty()) {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
    Postgres postgres = new Postgres(programs, folder, Ports.free());
    postgres.require("initdb", "-U", NAME, "-EUTF8", "--locale=C", "-Atrust", "--no-sync");
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
    String options = "-h 127.0.0.1 -p " + postgres.port + " -c unix_socket_directories= -F";
    postgres.require("pg_ctl", "start", "-o", options, "-l", folder.resolve("log").toString());
    return postgres;
  }

  private void require(String program, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("-D" + folder.resolve("data"));
    if (programs.call(program, all.toArray(String[]::new)).isEmpty()) {
      throw new SandboxException(program + " fails; see " + folder);
    }
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME;
  }

  /** What is selected, as psql prints a value; empty where the server refuses it. */
  Optional<String> select(String what) {
    return programs.call("psql", "-h127.0.0.1", "-p" + port, "-U" + NAME, "-Atc", "SELECT " + what);
  }

  /** Stops the server without waiting for its clients. */
  @Override
  public void close() {
    if (Files.exists(folder)) {
      require("pg_ctl", "stop", "-mimmediate");
      Folders.delete(folder);
    }
  }
}
