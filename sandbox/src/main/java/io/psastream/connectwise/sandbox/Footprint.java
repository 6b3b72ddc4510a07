package io.psastream.connectwise.sandbox;

import io.psastream.connectwise.sandbox.connect.PluginArchive;
import io.psastream.connectwise.sandbox.machine.Folders;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.runtime.isolation.Plugins;

/**
 * What the plugin costs a worker, measured in a fresh JVM with the worker's own plugin loader: how
 * long the first look-up in the catalogue takes, and by how much the heap grows when both
 * connectors are loaded and have validated a configuration.
 *
 * <p>{@code java -cp … io.psastream.connectwise.sandbox.Footprint ARCHIVE} prints both.
 */
public final class Footprint {
  private static final List<String> CONNECTORS =
      List.of(
          "io.psastream.connectwise.source.ConnectWiseSourceConnector",
          "io.psastream.connectwise.sink.ConnectWiseSinkConnector");

  /** Held, so that what is measured is still in use. */
  private final List<Object> held = new ArrayList<>();

  private Footprint() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("connectwise-footprint-");
    try {
      Path plugins = PluginArchive.unpack(Path.of(arguments[0]), directory);
      Footprint footprint = new Footprint();
      footprint.printCatalogue(plugins);
      System.out.printf(Locale.ROOT, "heap.mb=%.1f%n", footprint.heapMegabytes(plugins));
    } finally {
      Folders.delete(directory);
    }
  }

  /**
   * Wall clock and, for machines that are busy with something else, the time the look-up spent
   * computing.
   */
  private void printCatalogue(Path plugins) throws IOException, ReflectiveOperationException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long cpuStart = threads.getCurrentThreadCpuTime();
    try (URLClassLoader loader =
        new URLClassLoader(jars(plugins), ClassLoader.getPlatformClassLoader())) {
      held.add(catalog(loader));
    }
    long cpu = threads.getCurrentThreadCpuTime() - cpuStart;
    System.out.printf(Locale.ROOT, "catalogue.ms=%.0f%n", (System.nanoTime() - start) / 1e6);
    System.out.printf(Locale.ROOT, "catalogue.cpu.ms=%.0f%n", cpu / 1e6);
  }

  /** A catalogue that has answered a look-up. */
  private static Object catalog(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> type = loader.loadClass("io.psastream.connectwise.catalog.Catalog");
    Object catalog = type.getMethod("load").invoke(null);
    type.getMethod("operation", String.class).invoke(catalog, "getServiceTickets");
    return catalog;
  }

  private static URL[] jars(Path plugins) throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> files = Files.walk(plugins)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        urls.add(jar.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /** With a catalogue in use, as a running connector has one. */
  private double heapMegabytes(Path plugins) throws ReflectiveOperationException {
    // The worker's own plugins first: they are there without ours, too.
    held.add(plugins(Map.of("plugin.discovery", "service_load")));
    long before = usedHeap();
    Plugins loaded =
        plugins(Map.of("plugin.discovery", "service_load", "plugin.path", plugins.toString()));
    held.add(loaded);
    for (String name : CONNECTORS) {
      Connector connector = validated(loaded, name);
      held.add(connector);
      held.add(catalog(connector.getClass().getClassLoader()));
    }
    return (usedHeap() - before) / (1024.0 * 1024.0);
  }

  private static Plugins plugins(Map<String, String> properties) {
    return new Plugins(properties);
  }

  private static Connector validated(Plugins plugins, String name) {
    Connector connector = plugins.newConnector(name);
    ClassLoader own = connector.getClass().getClassLoader();
    if (own == Footprint.class.getClassLoader()) {
      throw new SandboxException(name + " was not loaded from the archive");
    }
    plugins
        .withClassLoader(
            own,
            () ->
                connector.validate(
                    Map.of("operation.id", "getServiceTicket", "mutate.operation.id", "x")))
        .run();
    return connector;
  }

  /** What is in use after collections that find nothing more to free. */
  private static long usedHeap() {
    Set<Long> seen = new TreeSet<>();
    for (int i = 0; i < 5; i++) {
      System.gc();
      seen.add(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return seen.iterator().next();
  }
}
