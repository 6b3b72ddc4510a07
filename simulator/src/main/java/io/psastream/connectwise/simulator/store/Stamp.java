package io.psastream.connectwise.simulator.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * What a write leaves in {@code _info}, and when others see it.
 *
 * @param time which {@code lastUpdated} the new version carries
 * @param at the time for {@code Time.AT}
 * @param by who is named as the writer
 * @param visibleFrom when the version shows up; empty for at once (late commits, P22a)
 */
public record Stamp(Time time, Optional<Instant> at, String by, Optional<Instant> visibleFrom) {

  /** Where {@code lastUpdated} comes from. */
  public enum Time {
    NOW,
    AT,
    UNCHANGED,
    NONE
  }

  private static final String SOMEBODY = "User1";

  /** The time of the simulator's clock. */
  public static Stamp now() {
    return new Stamp(Time.NOW, Optional.empty(), SOMEBODY, Optional.empty());
  }

  /** A given time. */
  public static Stamp at(Instant time) {
    return new Stamp(Time.AT, Optional.of(time), SOMEBODY, Optional.empty());
  }

  /** The time the item had before: a change nobody can see by its time (P23). */
  public static Stamp unchanged() {
    return new Stamp(Time.UNCHANGED, Optional.empty(), SOMEBODY, Optional.empty());
  }

  /** No {@code lastUpdated} at all. */
  public static Stamp none() {
    return new Stamp(Time.NONE, Optional.empty(), SOMEBODY, Optional.empty());
  }

  public Stamp by(String member) {
    return new Stamp(time, at, member, visibleFrom);
  }

  /** Stamped as it is, but not seen by any request before this time. */
  public Stamp visibleFrom(Instant later) {
    return new Stamp(time, at, by, Optional.of(later));
  }

  /** Writes the stamp; {@code before} is the item's {@code _info} so far. */
  void apply(ObjectNode item, Optional<ObjectNode> before, Instant now) {
    ObjectNode info = Json.object();
    before.ifPresent(info::setAll);
    if (item.get("_info") instanceof ObjectNode given) {
      info.setAll(given);
    }
    String lastUpdated =
        switch (time) {
          case NOW -> Json.text(now);
          case AT -> Json.text(at.orElseThrow());
          case UNCHANGED -> before.map(old -> old.path("lastUpdated").asText("")).orElse("");
          case NONE -> "";
        };
    if (lastUpdated.isEmpty()) {
      info.remove("lastUpdated");
    } else {
      info.put("lastUpdated", lastUpdated);
    }
    if (time != Time.UNCHANGED) {
      info.put("updatedBy", by);
    }
    if (!info.has("dateEntered")) {
      info.put("dateEntered", lastUpdated.isEmpty() ? Json.text(now) : lastUpdated);
      info.put("enteredBy", by);
    }
    item.remove("_info");
    item.set("_info", info);
  }
}
