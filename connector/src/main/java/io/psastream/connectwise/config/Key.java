package io.psastream.connectwise.config;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Recommender;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The definition of a key, with the defaults that most keys share. A key of a query or route is
 * defined once and added again for every alias.
 */
public record Key(
    String name,
    Type type,
    Object defaultValue,
    String doc,
    String displayName,
    Importance importance,
    Validator check,
    Width space,
    Recommender choices,
    List<String> dependents) {

  public static Key of(String name, Type type, Object defaultValue, String doc) {
    return new Key(
        name,
        type,
        defaultValue,
        doc,
        name,
        Importance.MEDIUM,
        null,
        Width.MEDIUM,
        null,
        List.of());
  }

  public static Key required(String name, Type type, String doc) {
    return of(name, type, ConfigDef.NO_DEFAULT_VALUE, doc).importance(Importance.HIGH);
  }

  public Key display(String text) {
    return new Key(
        name, type, defaultValue, doc, text, importance, check, space, choices, dependents);
  }

  public Key importance(Importance level) {
    return new Key(
        name, type, defaultValue, doc, displayName, level, check, space, choices, dependents);
  }

  public Key validator(Validator validator) {
    return new Key(
        name,
        type,
        defaultValue,
        doc,
        displayName,
        importance,
        validator,
        space,
        choices,
        dependents);
  }

  public Key width(Width width) {
    return new Key(
        name, type, defaultValue, doc, displayName, importance, check, width, choices, dependents);
  }

  /** One of these words, whatever their case; tools are told the choice. */
  public Key oneOf(List<String> words) {
    return new Key(
        name,
        type,
        defaultValue,
        doc,
        displayName,
        importance,
        Validators.oneOf(words),
        space,
        Validators.recommend(words),
        dependents);
  }

  /** Tools ask again about these keys when its value changes; a key depends on one at most. */
  public Key decides(String... names) {
    return new Key(
        name,
        type,
        defaultValue,
        doc,
        displayName,
        importance,
        check,
        space,
        choices,
        List.of(names));
  }

  /**
   * The same key with the default that it has for one alias.
   *
   * @param names the names that keys have for that alias
   */
  public Key as(UnaryOperator<String> names, Object otherDefault) {
    return new Key(
        names.apply(name),
        type,
        otherDefault,
        doc,
        displayName,
        importance,
        check,
        space,
        choices,
        dependents.stream().map(names).toList());
  }
}
