package io.psastream.connectwise.simulator.seed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.simulator.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * Fills collections. Items depend on their id and the seed only, so two simulators that were told
 * the same hold the same; their last updates lie in the past, one item a second, unless {@link #at}
 * says otherwise. Immutable: the settings return changed copies, and each filling method returns
 * this, so that calls can be chained.
 */
public final class Seeder {

  /** What can be made, by name; referenced things come first. */
  public static final List<String> KINDS =
      List.of(
          "members",
          "boards",
          "companies",
          "contacts",
          "configurations",
          "tickets",
          "projectTickets",
          "dirtyTickets",
          "notes",
          "documents",
          "timeEntries");

  private final Store store;
  private final InstantSource clock;
  private final Options options;

  /**
   * How items are made.
   *
   * @param seed what the random choices start from
   * @param at the last update of all of them; empty for one a second up to now
   * @param bytes about how large a ticket is
   */
  private record Options(long seed, Optional<Instant> at, int bytes) {}

  public Seeder(Store store, InstantSource clock) {
    this(store, clock, new Options(42, Optional.empty(), 1200));
  }

  private Seeder(Store store, InstantSource clock, Options options) {
    this.store = store;
    this.clock = clock;
    this.options = options;
  }

  /** Other choices, just as reproducible. */
  public Seeder seed(long seed) {
    return new Seeder(store, clock, new Options(seed, options.at(), options.bytes()));
  }

  /** All with this last update. */
  public Seeder at(Instant lastUpdated) {
    return new Seeder(
        store, clock, new Options(options.seed(), Optional.of(lastUpdated), options.bytes()));
  }

  /** Tickets of about this many bytes, at least 1,200. */
  public Seeder bytes(int bytes) {
    return new Seeder(store, clock, new Options(options.seed(), options.at(), bytes));
  }

  public Seeder tickets(int count) {
    return fill(
        "/service/tickets", count, (id, random) -> Tickets.service(id, random, options.bytes()));
  }

  public Seeder projectTickets(int count) {
    return fill(
        "/project/tickets", count, (id, random) -> Tickets.project(id, random, options.bytes()));
  }

  public Seeder companies(int count) {
    return fill("/company/companies", count, Records::company);
  }

  public Seeder contacts(int count) {
    return fill("/company/contacts", count, Records::contact);
  }

  public Seeder configurations(int count) {
    return fill("/company/configurations", count, Records::configuration);
  }

  public Seeder timeEntries(int count) {
    return fill("/time/entries", count, Records::timeEntry);
  }

  /** A note for each of the first tickets. */
  public Seeder notes(int count) {
    for (int ticket = 1; ticket <= count; ticket++) {
      fill("/service/tickets/" + ticket + "/notes", 1, Records::note);
    }
    return this;
  }

  /** Documents with their files; every ticket lists all of them. */
  public Seeder documents(int count) {
    return fill(
        "/system/documents",
        count,
        (id, random) -> {
          ObjectNode document = Records.document(id, random);
          byte[] content = Tickets.text(random, 20).getBytes(StandardCharsets.UTF_8);
          store.file(
              "/system/documents/" + id + "/download",
              new Store.StoredFile(document.path("fileName").asText(), "text/plain", content));
          return document.put("size", content.length);
        });
  }

  public Seeder boards(int count) {
    return fill("/service/boards", count, Records::board);
  }

  public Seeder members(int count) {
    return fill("/system/members", count, Records::member);
  }

  /** Fills one of the {@link #KINDS}. */
  public Seeder fill(String kind, int count) {
    return switch (kind) {
      case "tickets" -> tickets(count);
      case "projectTickets" -> projectTickets(count);
      case "companies" -> companies(count);
      case "contacts" -> contacts(count);
      case "configurations" -> configurations(count);
      case "timeEntries" -> timeEntries(count);
      case "boards" -> boards(count);
      case "members" -> members(count);
      case "notes" -> notes(count);
      case "documents" -> documents(count);
      case "dirtyTickets" -> dirtyTickets(count);
      default -> throw new IllegalArgumentException("Nothing is made of the kind " + kind + ".");
    };
  }

  /** Tickets with the values that trip up readers (P28). */
  public Seeder dirtyTickets(int count) {
    return fill("/service/tickets", count, Tickets::dirty);
  }

  /** Fills any collection with what this makes of an id and a source of chance. */
  public Seeder fill(String path, int count, BiFunction<Long, Random, ObjectNode> item) {
    ItemCollection collection = store.collection(path);
    Instant end = clock.instant().minus(Duration.ofMinutes(5));
    for (int i = 0; i < count; i++) {
      long id = collection.nextId();
      Random random = new Random(options.seed() * 1_000_003 + id);
      Instant at = options.at().orElse(end.minusSeconds(count - 1L - i));
      collection.put(item.apply(id, random).put("id", id), Stamp.at(at));
    }
    return this;
  }
}
