package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Version;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The writes that the double has carried out, in their order. The records of a key count up by a
 * fixed step, so that a write in the wrong place shows.
 */
final class WriteLog {

  private static final Pattern KEY = Pattern.compile("(key-\\d+)");
  private static final Pattern STATE = Pattern.compile("state (\\d+)");

  private final List<Write> writes = new ArrayList<>();
  private final int step;

  WriteLog(int step) {
    this.step = step;
  }

  private record Write(boolean create, String key, int state, Instant at) {}

  /** Notes a write that was carried out. */
  synchronized void add(Request request, Response response) {
    if (!request.method().equals("GET") && response.status() < 300) {
      boolean create = request.method().equals("POST");
      String key = first(KEY, request.text());
      int state = Integer.parseInt(first(STATE, request.text()));
      writes.add(new Write(create, key, state, Instant.now()));
    }
  }

  /** Takes the versions of tickets that were never written but by the sink. */
  synchronized void addAll(ItemCollection tickets) {
    Set<Long> known = new HashSet<>();
    for (Version version : tickets.versions()) {
      String ticket = version.item().orElseThrow().json();
      int state = Integer.parseInt(first(STATE, ticket));
      boolean create = known.add(version.id());
      writes.add(new Write(create, first(KEY, ticket), state, version.visibleFrom()));
    }
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("A write without " + pattern);
    }
    return matcher.group(1);
  }

  synchronized int size() {
    return writes.size();
  }

  /** Keys that were created more than once. */
  synchronized Set<String> createdTwice() {
    Set<String> created = new HashSet<>();
    Set<String> twice = new TreeSet<>();
    writes.stream()
        .filter(write -> write.create() && !created.add(write.key()))
        .forEach(write -> twice.add(write.key()));
    return twice;
  }

  /**
   * Writes that came too early, because the one before them in their key was still missing or came
   * late. A record may be written again, and so may all that follow it, when it is delivered again;
   * but then in its order. Each tells when all states of its key were written.
   */
  synchronized List<String> outOfOrder() {
    Map<String, Integer> last = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (Write write : writes) {
      Integer before = last.put(write.key(), write.state());
      boolean first = before == null && write.state() < step;
      boolean inOrder = before != null && write.state() <= before + step;
      if (!first && !inOrder) {
        wrong.add(
            "%s: state %d after %s, of %s"
                .formatted(write.key(), write.state(), before, history(write)));
      }
    }
    return wrong;
  }

  private String history(Write wrong) {
    return writes.stream()
        .filter(write -> write.key().equals(wrong.key()))
        .filter(write -> Math.abs(write.state() - wrong.state()) <= 3 * step)
        .map(write -> write.state() + " at " + LocalTime.ofInstant(write.at(), ZoneOffset.UTC))
        .collect(Collectors.joining(", "));
  }
}
