package io.psastream.connectwise.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The Avro converter that the build has put into a folder of its own, as a plugin of a worker. */
public final class AvroPlugin {

  public static final String CONVERTER = "io.apicurio.registry.utils.converter.AvroConverter";

  private static final String MANIFEST =
      "META-INF/services/org.apache.kafka.connect.storage.Converter";

  private AvroPlugin() {}

  /** The folder for {@code plugin.path}, with the service manifest that the converter lacks. */
  public static Path folder() throws IOException {
    Path folder = Path.of(System.getProperty("converters")).toAbsolutePath();
    Path manifest = folder.resolve("avro").resolve("manifest.jar");
    // Two JVMs may do this at once; what they write is the same.
    Path written = Files.createTempFile(folder, "manifest", ".tmp");
    try (OutputStream out = Files.newOutputStream(written);
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry(MANIFEST));
      jar.write(CONVERTER.getBytes(UTF_8));
      jar.closeEntry();
    }
    Files.move(written, manifest, StandardCopyOption.ATOMIC_MOVE);
    return folder;
  }
}
