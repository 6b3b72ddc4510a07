package io.psastream.connectwise.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.data.typed.TypedDecoder;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.simulator.Simulator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

/**
 * What it costs to make a value of a ticket of 2.5 KB, and of a typed one the JSON of a record: CPU
 * time and allocations of the thread, in turns, so that neither other programs nor the order count.
 * Run by {@code sandbox/bench --conversion}, not by the build.
 */
class ConversionBench {

  private static final int TICKETS = 500;
  private static final int WARM_UP = 60;
  private static final int ROUNDS = 120;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Makes values of a page and tells how many. */
  @FunctionalInterface
  private interface Conversion {
    int convert(byte[] page) throws IOException;
  }

  @Test
  void conversionOfTickets() throws IOException {
    byte[] page = page();
    Map<String, Conversion> conversions = conversions(page);
    Map<String, List<Double>> micros = new LinkedHashMap<>();
    Map<String, List<Double>> kilobytes = new LinkedHashMap<>();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      for (Map.Entry<String, Conversion> each : conversions.entrySet()) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long before = THREADS.getCurrentThreadCpuTime();
        int converted = each.getValue().convert(page);
        double took = (THREADS.getCurrentThreadCpuTime() - before) / 1_000.0 / converted;
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        if (round >= WARM_UP) {
          micros.computeIfAbsent(each.getKey(), key -> new ArrayList<>()).add(took);
          kilobytes
              .computeIfAbsent(each.getKey(), key -> new ArrayList<>())
              .add(allocated / 1_024.0 / converted);
        }
      }
    }
    double tree = median(micros.get("Jackson tree"));
    System.out.printf("%d bytes a ticket%n", page.length / TICKETS);
    micros.forEach(
        (name, values) ->
            System.out.printf(
                Locale.ROOT,
                "%-36s %6.1f us a ticket, %.2f of the tree, %5.1f KB allocated%n",
                name,
                median(values),
                median(values) / tree,
                median(kilobytes.get(name))));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static Map<String, Conversion> conversions(byte[] page) throws IOException {
    Catalog catalog = Catalog.load();
    Operation tickets = catalog.operation("getServiceTickets");
    ObjectMapper mapper = new ObjectMapper();
    TypedForm form = new TypedForm(TypedForm.Unknown.COLLECT, true, List.of(), Optional.empty());
    TypedDecoder typed = new TypedDecoder(catalog, tickets, form);
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), false);
    List<Item> prebuilt = Bodies.structs(typed, new ByteArrayInputStream(page));
    Map<String, Conversion> conversions = new LinkedHashMap<>();
    conversions.put("Jackson tree", json -> mapper.readTree(json).size());
    conversions.put(
        "schema.mode=typed", json -> Bodies.structs(typed, new ByteArrayInputStream(json)).size());
    conversions.put(
        "schema.mode=typed, JsonConverter",
        json -> converted(converter, Bodies.structs(typed, new ByteArrayInputStream(json))));
    conversions.put("prebuilt Structs, JsonConverter", json -> converted(converter, prebuilt));
    conversions.put("schema.mode=json", each(new JsonTextDecoder(new LastUpdated())));
    conversions.put("schema.mode=none", each(new SchemalessDecoder(new LastUpdated())));
    return conversions;
  }

  private static Conversion each(ItemDecoder<Item> decoder) {
    return page -> Bodies.decode(decoder, new ByteArrayInputStream(page)).size();
  }

  private static int converted(JsonConverter converter, List<Item> items) {
    for (Item item : items) {
      Struct value = (Struct) item.content();
      converter.fromConnectData("tickets", value.schema(), value);
    }
    return items.size();
  }

  private static byte[] page() {
    try (Simulator simulator = Simulator.start()) {
      simulator.seed().bytes(2_500).tickets(TICKETS);
      return simulator.store().collection("/service/tickets").items().stream()
          .map(item -> item.json())
          .collect(Collectors.joining(",", "[", "]"))
          .getBytes(UTF_8);
    }
  }
}
