package io.psastream.connectwise.config;

import java.util.List;
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
    Recommender choices) {

  public static Key of(String name, Type type, Object defaultValue, String doc) {
    return new Key(
        name, type, defaultValue, doc, name, Importance.MEDIUM, null, Width.MEDIUM, null);
  }

  public static Key required(String name, Type type, String doc) {
    return of(name, type, ConfigDef.NO_DEFAULT_VALUE, doc).importance(Importance.HIGH);
  }

  public Key display(String text) {
    return new Key(name, type, defaultValue, doc, text, importance, check, space, choices);
  }

  public Key importance(Importance level) {
    return new Key(name, type, defaultValue, doc, displayName, level, check, space, choices);
  }

  public Key validator(Validator validator) {
    return new Key(
        name, type, defaultValue, doc, displayName, importance, validator, space, choices);
  }

  public Key width(Width width) {
    return new Key(name, type, defaultValue, doc, displayName, importance, check, width, choices);
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
        Validators.recommend(words));
  }

  /** The same key with the name and the default that it has for one alias. */
  public Key as(String otherName, Object otherDefault) {
    return new Key(
        otherName, type, otherDefault, doc, displayName, importance, check, space, choices);
  }
}
