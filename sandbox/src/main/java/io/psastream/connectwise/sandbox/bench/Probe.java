package io.psastream.connectwise.sandbox.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into a JVM: its CPU time, and how much of its heap was in use after each garbage
 * collection.
 */
final class Probe implements AutoCloseable {
  private static final String ASKED_FOR = "System.gc()";

  private final MBeanServerConnection beans;
  private final Closeable connection;
  private final Set<String> heapPools = new HashSet<>();
  private final AtomicLong peak = new AtomicLong();
  private final AtomicLong live = new AtomicLong();
  private final Path process;
  private long allocated;
  private long usedBefore;

  private Probe(MBeanServerConnection beans, Closeable connection, long pid)
      throws IOException, JMException {
    this.process = Path.of("/proc", String.valueOf(pid));
    this.beans = beans;
    this.connection = connection;
    for (ObjectName pool : beans.queryNames(new ObjectName("java.lang:type=MemoryPool,*"), null)) {
      if (beans.getAttribute(pool, "Type").equals("HEAP")) {
        heapPools.add(pool.getKeyProperty("name"));
      }
    }
    for (ObjectName collector :
        beans.queryNames(new ObjectName("java.lang:type=GarbageCollector,*"), null)) {
      beans.addNotificationListener(
          collector,
          (event, handback) -> collected((CompositeData) event.getUserData()),
          null,
          null);
    }
  }

  /** The JVM that this runs in. */
  static Probe here() throws IOException, JMException {
    return new Probe(
        ManagementFactory.getPlatformMBeanServer(), () -> {}, ProcessHandle.current().pid());
  }

  /** A JVM of the same user on this machine. To be closed before that JVM ends. */
  @SuppressWarnings("BanJNDI") // the address comes from a JVM that we started ourselves
  static Probe of(long pid) throws IOException, JMException {
    try {
      VirtualMachine jvm = VirtualMachine.attach(String.valueOf(pid));
      try {
        JMXConnector connector =
            JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent()));
        return new Probe(connector.getMBeanServerConnection(), connector, pid);
      } finally {
        jvm.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("The JVM " + pid + " cannot be looked into", e);
    }
  }

  private void collected(CompositeData event) {
    GarbageCollectionNotificationInfo collection = GarbageCollectionNotificationInfo.from(event);
    long used = heap(collection.getGcInfo().getMemoryUsageAfterGc());
    // One that was asked for may be told of only after reset, to which what it took is no news.
    boolean ours = collection.getGcCause().equals(ASKED_FOR);
    allocated(ours ? 0 : heap(collection.getGcInfo().getMemoryUsageBeforeGc()), used);
    peak.accumulateAndGet(used, Math::max);
    if (ours) {
      live.accumulateAndGet(used, Math::max);
    }
  }

  private long heap(Map<String, MemoryUsage> pools) {
    return pools.entrySet().stream()
        .filter(pool -> heapPools.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  /** What a heap has grown by since the collection before was allocated. */
  private synchronized void allocated(long used, long left) {
    allocated += Math.max(0, used - usedBefore);
    usedBefore = left;
  }

  /** Forgets what was in use and allocated before. */
  synchronized void reset() throws IOException, JMException {
    peak.set(0);
    live.set(0);
    allocated = 0;
    usedBefore = heapInUse();
    if (Files.isWritable(process.resolve("clear_refs"))) {
      Files.writeString(process.resolve("clear_refs"), "5"); // the peak of RSS begins anew (Linux)
    }
  }

  /** What was allocated since {@link #reset}, and the most that was resident. */
  synchronized Figures.Memory memory() throws IOException, JMException {
    return new Figures.Memory(allocated + Math.max(0, heapInUse() - usedBefore), residentBytes());
  }

  private long heapInUse() throws IOException, JMException {
    Object usage = beans.getAttribute(new ObjectName("java.lang:type=Memory"), "HeapMemoryUsage");
    return MemoryUsage.from((CompositeData) usage).getUsed();
  }

  /** Its peak as Linux tells it; 0 on other systems. */
  private long residentBytes() throws IOException {
    Path status = process.resolve("status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /** The most that was in use after any collection, garbage included that it left; 0 if none. */
  long heapBytes() {
    return peak.get();
  }

  /** The most that could be reached at any {@link #collect}. */
  long liveBytes() {
    return live.get();
  }

  /** CPU time of the process so far. */
  double cpuSeconds() throws IOException, JMException {
    Object nanos =
        beans.getAttribute(new ObjectName("java.lang:type=OperatingSystem"), "ProcessCpuTime");
    return (Long) nanos / 1e9;
  }

  /** How many records the first task of a source connector has written. */
  long written(String connector) throws IOException, JMException {
    ObjectName task =
        new ObjectName("kafka.connect:type=source-task-metrics,connector=" + connector + ",task=0");
    if (!beans.isRegistered(task)) {
      return 0;
    }
    // Connect adds the attributes one after the other, so it may not be there yet.
    return beans.getAttributes(task, new String[] {"source-record-write-total"}).asList().stream()
        .mapToLong(total -> ((Double) total.getValue()).longValue())
        .sum();
  }

  /** Runs a full collection, after which only what is reachable is in use. */
  void collect() throws IOException, JMException {
    beans.invoke(new ObjectName("java.lang:type=Memory"), "gc", new Object[0], new String[0]);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
