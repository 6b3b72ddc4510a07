package io.psastream.connectwise.sandbox.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The built Hub archive: what ships, unpacked the way an installer does it. */
public final class PluginArchive {
  private PluginArchive() {}

  /**
   * Unpacks {@code archive} below {@code directory} and returns the folder for {@code plugin.path}.
   */
  public static Path unpack(Path archive, Path directory) throws IOException {
    Path plugins = Files.createDirectories(directory.resolve("plugins"));
    try (InputStream file = Files.newInputStream(archive);
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = plugins.resolve(entry.getName()).normalize();
        if (!target.startsWith(plugins)) {
          throw new IOException(archive + " has an entry outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
        }
      }
    }
    return plugins;
  }
}
