package io.psastream.connectwise.simulator.seed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.store.Json;
import java.util.Random;

/**
 * Companies, contacts, configurations, time entries, boards and members (docs/connectwise-api.md
 * section 10).
 */
final class Records {

  /**
   * Links lead to the host for people and have a doubled slash (docs/connectwise-api.md section 2).
   */
  static final String LINKS = "https://ui.simulator.invalid/v2026_1//apis/3.0";

  private Records() {}

  static ObjectNode company(long id, Random random) {
    ObjectNode company = Json.object().put("id", id);
    company.put("identifier", "Company" + id).put("name", "Company " + id);
    company.putObject("status").put("id", 1).put("name", "Active");
    company
        .putArray("types")
        .addObject()
        .put("id", 1)
        .put("name", random.nextBoolean() ? "Client" : "Prospect");
    company.put("phoneNumber", "555%07d".formatted(random.nextInt(10_000_000)));
    company.put("city", random.nextBoolean() ? "Tampa" : "Zürich");
    company.put("annualRevenue", random.nextInt(1_000_000) / 100.0).put("deletedFlag", false);
    company.putArray("customFields");
    return company;
  }

  static ObjectNode contact(long id, Random random) {
    ObjectNode contact = Json.object().put("id", id);
    contact.put("firstName", "First" + id).put("lastName", "Sæther" + random.nextInt(100));
    company(contact, random);
    contact.put("inactiveFlag", false);
    ObjectNode item = contact.putArray("communicationItems").addObject();
    item.put("id", id).putObject("type").put("id", 1).put("name", "Email");
    item.put("value", "contact" + id + "@simulator.invalid").put("defaultFlag", true);
    item.put("communicationType", "Email");
    contact.putArray("types");
    contact.putArray("customFields");
    return contact;
  }

  static ObjectNode configuration(long id, Random random) {
    ObjectNode configuration = Json.object().put("id", id).put("name", "PC-" + id);
    configuration.putObject("type").put("id", 2).put("name", "Workstation");
    configuration.putObject("status").put("id", 1).put("name", "Active");
    company(configuration, random);
    configuration.put("serialNumber", "S%08d".formatted(random.nextInt(100_000_000)));
    configuration
        .putArray("questions")
        .addObject()
        .put("questionId", 1)
        .put("question", "Memory")
        .put("answer", (4 << random.nextInt(4)) + " GB")
        .put("fieldType", "Text");
    configuration.put("activeFlag", true).putArray("customFields");
    return configuration;
  }

  static ObjectNode timeEntry(long id, Random random) {
    ObjectNode entry = Json.object().put("id", id);
    company(entry, random);
    entry.put("chargeToId", 1 + random.nextInt(1000)).put("chargeToType", "ServiceTicket");
    int member = 1 + random.nextInt(20);
    entry
        .putObject("member")
        .put("id", member)
        .put("identifier", "User" + member)
        .put("name", "User " + member);
    int day = 1 + random.nextInt(28);
    entry.put("timeStart", "2026-02-%02dT08:00:00Z".formatted(day));
    entry.put("timeEnd", "2026-02-%02dT10:00:00Z".formatted(day));
    entry.put("actualHours", 2.0).put("billableOption", "Billable");
    entry.put("notes", Tickets.text(random, 8)).put("status", "Open");
    return entry;
  }

  /** The name of a board; the first is the one that the examples ask for. */
  static String board(long id) {
    return id == 1 ? "Help Desk" : "Board " + id;
  }

  static ObjectNode board(long id, Random random) {
    ObjectNode board = Json.object().put("id", id).put("name", board(id));
    board.putObject("location").put("id", 1 + random.nextInt(3)).put("name", "Main");
    return board.put("inactiveFlag", false).put("projectFlag", false);
  }

  static ObjectNode note(long id, Random random) {
    ObjectNode note = Json.object().put("id", id).put("text", Tickets.text(random, 8));
    return note.put("detailDescriptionFlag", true).put("internalFlag", false);
  }

  static ObjectNode document(long id, Random random) {
    ObjectNode document = Json.object().put("id", id).put("title", Tickets.text(random, 3));
    return document.put("fileName", "document-" + id + ".txt");
  }

  static ObjectNode member(long id, Random random) {
    return Json.object()
        .put("id", id)
        .put("identifier", "User" + id)
        .put("firstName", "User")
        .put("lastName", Integer.toString(random.nextInt(100)))
        .put("inactiveFlag", false);
  }

  private static void company(ObjectNode item, Random random) {
    int id = 1 + random.nextInt(50);
    item.putObject("company")
        .put("id", id)
        .put("identifier", "Company" + id)
        .put("name", "Company " + id)
        .putObject("_info")
        .put("company_href", LINKS + "/company/companies/" + id);
  }
}
