package io.psastream.connectwise.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** The configuration of a connector in a file, as it is posted to a worker or given to one. */
final class ConnectorFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ConnectorFile() {}

  /**
   * Reads JSON, with or without the connector's name around it, or properties, and resolves the
   * references to Kafka's own config providers: {@code env}, {@code file} and {@code directory}.
   *
   * @throws ConfigException where it is neither, or a reference cannot be resolved
   */
  static Map<String, String> read(Path file) throws IOException {
    String text = text(file);
    return resolved(text.stripLeading().startsWith("{") ? ofJson(text) : ofProperties(text));
  }

  /**
   * The text of a file that the user names.
   *
   * @throws ConfigException where it cannot be read; the message names it
   */
  static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + " does not exist.");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + " is no text in UTF-8.");
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read: " + e.getMessage() + ".");
    }
  }

  private static Map<String, String> ofJson(String text) {
    try {
      JsonNode tree = JSON.readTree(text);
      JsonNode config = tree.path("config").isObject() ? tree.get("config") : tree;
      Map<String, String> properties = new TreeMap<>();
      config
          .properties()
          .forEach(
              entry -> {
                // Those are the comments of templates.
                if (!entry.getKey().startsWith("//")) {
                  if (entry.getValue().isContainerNode()) {
                    throw new ConfigException(
                        entry.getKey()
                            + ": a worker takes texts alone; write it as one, with \\\" for each \"");
                  }
                  boolean none = entry.getValue().isNull();
                  properties.put(entry.getKey(), none ? null : entry.getValue().asText());
                }
              });
      return properties;
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "The file is no JSON: " + e.getOriginalMessage() + " " + place(e) + ".");
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : "in line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }

  private static Map<String, String> ofProperties(String text) throws IOException {
    Properties read = new Properties();
    try (Reader reader = new StringReader(text)) {
      read.load(reader);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("The file is no properties: " + e.getMessage() + ".");
    }
    Map<String, String> properties = new TreeMap<>();
    read.stringPropertyNames().forEach(key -> properties.put(key, read.getProperty(key)));
    return properties;
  }

  private static Map<String, String> resolved(Map<String, String> properties) {
    Map<String, ConfigProvider> providers = new LinkedHashMap<>();
    providers.put("env", new EnvVarConfigProvider());
    providers.put("file", new FileConfigProvider());
    providers.put("directory", new DirectoryConfigProvider());
    providers.values().forEach(provider -> provider.configure(Map.of()));
    return new ConfigTransformer(providers).transform(properties).data();
  }
}
