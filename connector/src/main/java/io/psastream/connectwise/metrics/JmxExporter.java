package io.psastream.connectwise.metrics;

import io.psastream.connectwise.metrics.MetricValues.Shown;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Shows metrics as JMX beans, for workers before Kafka 4.1. The beans have the names that a later
 * worker would give them, so that dashboards need not care.
 */
final class JmxExporter implements Exporter {

  /** What a worker leaves unquoted. */
  private static final Pattern PLAIN = Pattern.compile("[\\w-%. \t]*");

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final Map<ObjectName, Bean> beans = new ConcurrentHashMap<>();
  private final Map<String, String> task = new LinkedHashMap<>();

  JmxExporter(String connector, String number) {
    task.put("connector", connector);
    task.put("task", number);
  }

  @Override
  public synchronized void show(Map<String, String> tags, Shown shown) {
    try {
      ObjectName name = name(tags);
      Bean bean = beans.get(name);
      if (bean == null) {
        bean = new Bean();
        server.registerMBean(bean, name);
        beans.put(name, bean);
      }
      if (bean.attributes.putIfAbsent(shown.name(), shown) != null) {
        throw new IllegalArgumentException(shown.name() + " of " + name + " exists already");
      }
    } catch (JMException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private ObjectName name(Map<String, String> tags) throws JMException {
    StringBuilder name = new StringBuilder("kafka.connect:type=plugins");
    Map<String, String> all = new LinkedHashMap<>(task);
    all.putAll(tags);
    all.forEach((tag, value) -> name.append(',' + tag + '=' + quoted(value)));
    return new ObjectName(name.toString());
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches() ? value : ObjectName.quote(value);
  }

  @Override
  public synchronized void close() {
    for (ObjectName name : beans.keySet()) {
      try {
        server.unregisterMBean(name);
      } catch (JMException e) {
        // Somebody else has removed it.
      }
    }
    beans.clear();
  }

  /** The values that have the same tags. */
  private static final class Bean implements DynamicMBean {

    private final Map<String, Shown> attributes = new ConcurrentSkipListMap<>();

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
      Shown shown = attributes.get(attribute);
      if (shown == null) {
        throw new AttributeNotFoundException(attribute);
      }
      return shown.value().get();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
      AttributeList found = new AttributeList();
      for (String name : names) {
        Shown shown = attributes.get(name);
        if (shown != null) {
          found.add(new Attribute(name, shown.value().get()));
        }
      }
      return found;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      MBeanAttributeInfo[] infos =
          attributes.values().stream()
              .map(
                  shown ->
                      new MBeanAttributeInfo(
                          shown.name(),
                          shown.value().get().getClass().getName(),
                          shown.description(),
                          true,
                          false,
                          false))
              .toArray(MBeanAttributeInfo[]::new);
      return new MBeanInfo(Bean.class.getName(), "Metrics of a task", infos, null, null, null);
    }

    @Override
    public void setAttribute(Attribute attribute) {
      throw new UnsupportedOperationException("metrics can only be read");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
      throw new UnsupportedOperationException("metrics can only be read");
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) {
      throw new UnsupportedOperationException("metrics can only be read");
    }
  }
}
