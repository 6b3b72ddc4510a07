package io.psastream.connectwise.simulator.seed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.store.Json;
import java.util.Random;

/** Tickets, in the shape of docs/connectwise-api.md section 10. */
final class Tickets {

  private static final String[] STATUSES = {"New", "In Progress", "Waiting", "Completed"};
  private static final String[] LEVELS = {"Low", "Medium", "High"};
  private static final String[] WORDS = {
    "printer", "mailbox", "server", "backup", "VPN", "laptop", "Sæther", "invoice", "firewall",
    "update", "slow", "fails", "password", "license", "phone", "monitor", "Zürich", "日本"
  };

  /** What every ticket has, without the text that brings it to its size. */
  private static final int BARE_BYTES = 1_200;

  private static final String FILLER = filler();

  private Tickets() {}

  static ObjectNode service(long id, Random random, int bytes) {
    ObjectNode ticket = Json.object().put("id", id);
    ticket.put("summary", text(random, 5) + " " + id).put("recordType", "ServiceTicket");
    int board = 1 + random.nextInt(4);
    reference(ticket, "board", board, "", "/service/boards/").put("name", Records.board(board));
    int status = random.nextInt(STATUSES.length);
    ticket
        .putObject("status")
        .put("id", status + 1)
        .put("name", STATUSES[status])
        .putObject("_info");
    int company = 1 + random.nextInt(50);
    ObjectNode reference = reference(ticket, "company", company, "Company ", "/company/companies/");
    reference.put("identifier", "Company" + company);
    reference(ticket, "contact", 1 + random.nextInt(200), "Contact ", "/company/contacts/");
    reference(ticket, "priority", 1 + random.nextInt(4), "Priority ", "/service/priorities/");
    ticket.put("severity", LEVELS[random.nextInt(3)]).put("impact", LEVELS[random.nextInt(3)]);
    ticket.put("requiredDate", "2026-03-" + (10 + random.nextInt(19)) + "T00:00:00Z");
    ticket.put("closedFlag", status == 3).put("approved", false);
    ticket
        .put("budgetHours", random.nextInt(80) / 4.0)
        .put("actualHours", random.nextInt(80) / 4.0);
    ticket.put("resources", "User" + (1 + random.nextInt(20))).put("billTime", "NoDefault");
    customFields(ticket, random);
    int missing = bytes - BARE_BYTES;
    if (missing > 0) {
      ticket.put("automaticEmailCc", padding(random, missing));
    }
    ticket
        .putObject("_info")
        .put("notes_href", Records.LINKS + "/service/tickets/" + id + "/notes");
    return ticket;
  }

  static ObjectNode project(long id, Random random, int bytes) {
    ObjectNode ticket = service(id, random, bytes).put("recordType", "ProjectTicket");
    reference(ticket, "project", 1 + random.nextInt(10), "Project ", "/project/projects/");
    return ticket;
  }

  /**
   * NUL and zero-width characters, a reference without a name, explicit nulls, missing keys, dates
   * of the year 1 and of 1900, custom values of every type (P28).
   */
  static ObjectNode dirty(long id, Random random) {
    ObjectNode ticket = service(id, random, 0);
    ticket.put("summary", "with \u0000 and \u200b " + id);
    ticket.putObject("contact").put("id", 999_999);
    ticket.putNull("owner");
    ticket.remove("status");
    ticket.put("requiredDate", id % 2 == 0 ? "0001-01-01T00:00:00Z" : "1900-01-01T00:00:00Z");
    ArrayNode fields = (ArrayNode) ticket.get("customFields");
    fields
        .addObject()
        .put("id", 97)
        .put("caption", "A flag")
        .put("type", "Checkbox")
        .put("value", true);
    fields.addObject().put("id", 98).put("caption", "Nothing").put("type", "Text").putNull("value");
    fields
        .addObject()
        .put("id", 99)
        .put("caption", "An object")
        .put("type", "Text")
        .putObject("value");
    ticket.put("fieldOfTomorrow", "unknown");
    return ticket;
  }

  private static ObjectNode reference(
      ObjectNode ticket, String name, int id, String label, String path) {
    ObjectNode reference = ticket.putObject(name).put("id", id).put("name", label + id);
    reference.putObject("_info").put(name + "_href", Records.LINKS + path + id);
    return reference;
  }

  private static void customFields(ObjectNode ticket, Random random) {
    ArrayNode fields = ticket.putArray("customFields");
    fields
        .addObject()
        .put("id", 1)
        .put("caption", "Story Points")
        .put("type", "Number")
        .put("entryMethod", "EntryField")
        .put("numberOfDecimals", 0)
        .put("value", random.nextInt(13));
    fields
        .addObject()
        .put("id", 2)
        .put("caption", "Reference")
        .put("type", "Text")
        .put("entryMethod", "EntryField")
        .put("numberOfDecimals", 0)
        .put("value", "R-" + random.nextInt(10_000));
  }

  static String text(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  private static String padding(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      int from = random.nextInt(FILLER.length() - 1_000);
      text.append(FILLER, from, from + Math.min(1_000, length - text.length()));
    }
    return text.toString();
  }

  /** Text of which parts are taken: making up every word of 200,000 tickets takes too long. */
  private static String filler() {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    while (text.length() < 64 * 1024) {
      text.append(WORDS[random.nextInt(6)]).append(random.nextInt(1000)).append(' ');
    }
    return text.toString();
  }
}
