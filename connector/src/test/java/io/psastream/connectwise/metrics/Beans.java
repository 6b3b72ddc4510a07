package io.psastream.connectwise.metrics;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The metrics of tasks in this JVM, as an operator sees them. */
public final class Beans {

  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();
  private static final String PLUGINS = "kafka.connect:type=plugins,";

  private Beans() {}

  /** All of them: their values by name, by their tags in the order of the alphabet. */
  public static Map<String, Map<String, Object>> all() throws JMException {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    for (ObjectName name : SERVER.queryNames(new ObjectName(PLUGINS + "*"), null)) {
      String tags =
          new TreeMap<>(name.getKeyPropertyList())
              .entrySet().stream()
                  .filter(tag -> !tag.getKey().equals("type"))
                  .map(tag -> tag.getKey() + "=" + tag.getValue())
                  .collect(Collectors.joining(","));
      all.put(tags, of(name));
    }
    return all;
  }

  /** The values of one bean by name. */
  public static Map<String, Object> of(String tags) throws JMException {
    return of(new ObjectName(PLUGINS + tags));
  }

  private static Map<String, Object> of(ObjectName name) throws JMException {
    Map<String, Object> values = new TreeMap<>();
    for (MBeanAttributeInfo info : SERVER.getMBeanInfo(name).getAttributes()) {
      values.put(info.getName(), SERVER.getAttribute(name, info.getName()));
    }
    return values;
  }
}
