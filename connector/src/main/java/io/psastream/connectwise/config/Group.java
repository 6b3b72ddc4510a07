package io.psastream.connectwise.config;

import org.apache.kafka.common.config.ConfigDef;

/** Adds keys to a definition as one group, in the order in which they are added. */
public final class Group {

  private final ConfigDef def;
  private final String name;
  private int order;

  public Group(ConfigDef def, String name) {
    this.def = def;
    this.name = name;
  }

  public void add(Key key) {
    def.define(
        key.name(),
        key.type(),
        key.defaultValue(),
        key.check(),
        key.importance(),
        key.doc(),
        name,
        ++order,
        key.space(),
        key.displayName(),
        key.dependents(),
        key.choices());
  }
}
