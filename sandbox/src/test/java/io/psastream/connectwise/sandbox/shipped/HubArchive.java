package io.psastream.connectwise.sandbox.shipped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** The built archive as a test looks at it: every file by its path, the top folder included. */
record HubArchive(Path file, Map<String, byte[]> files) {

  static HubArchive open(Path file) {
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().filter(entry -> !entry.isDirectory()).toList()) {
        try (InputStream in = zip.getInputStream(entry)) {
          files.put(entry.getName(), in.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new HubArchive(file, files);
  }

  /** The name that the Hub wants for the file, without its ending, and for the top folder. */
  String name() {
    return file.getFileName().toString().replaceAll("\\.zip$", "");
  }

  String text(String path) {
    return new String(files.get(name() + "/" + path), StandardCharsets.UTF_8);
  }

  JsonNode json(String path) throws IOException {
    return new ObjectMapper().readTree(text(path));
  }

  /** Names and contents of the files directly in a folder of the top folder. */
  Map<String, byte[]> in(String folder) {
    String prefix = name() + "/" + folder + "/";
    Map<String, byte[]> found = new TreeMap<>();
    files.forEach(
        (path, content) -> {
          if (path.startsWith(prefix)) {
            found.put(path.substring(prefix.length()), content);
          }
        });
    return found;
  }

  /** The text of a file inside a jar of lib, if it is there. */
  Optional<String> inJar(String jar, String path) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(in("lib").get(jar)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(path)) {
          return Optional.of(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    return Optional.empty();
  }
}
