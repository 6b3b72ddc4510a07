package io.psastream.connectwise.simulator.write;

import static io.psastream.connectwise.simulator.Caller.json;
import static io.psastream.connectwise.simulator.Caller.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class WritingTest {

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    caller = new Caller(started);
  }

  private void refused(HttpResponse<String> response, String code, String message) {
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("code").asText()).isEqualTo("InvalidObject");
    assertThat(json(response).at("/errors/0/code").asText()).isEqualTo(code);
    assertThat(json(response).at("/errors/0/message").asText()).contains(message);
  }

  @Test
  void whatIsRequiredMustBeThere() {
    HttpResponse<String> contact = caller.send("POST", "/company/contacts", "{}");
    refused(contact, "MissingRequiredField", "The firstName field is required.");
    assertThat(json(contact).path("message").asText()).isEqualTo("contact object is invalid");
    assertThat(json(contact).at("/errors/0/resource").asText()).isEqualTo("contact");
    HttpResponse<String> ticket = caller.send("POST", "/service/tickets", "{\"summary\":\"x\"}");
    refused(ticket, "MissingRequiredField", "The company field is required.");
    ticket = caller.send("POST", "/service/tickets", ticket("{}"));
    refused(ticket, "MissingRequiredField", "The company field is required.");
  }

  @Test
  void summariesHaveALongestLength() {
    String ticket = "{\"company\":{\"id\":1},\"summary\":\"%s\"}".formatted("x".repeat(101));
    refused(
        caller.send("POST", "/service/tickets", ticket),
        "MaxLengthField",
        "The field summary must be a string with a maximum length of 100.");
  }

  @Test
  void aCompanyIdentifierExistsOnce() {
    String company = "{\"identifier\":\"ACME\",\"name\":\"Acme\"}";
    assertThat(caller.send("POST", "/company/companies", company).statusCode()).isEqualTo(201);
    refused(caller.send("POST", "/company/companies", company), "ObjectExists", "already exists");
  }

  @Test
  void referencesAreCompletedAndMustExistWhereTheirKindDoes() {
    simulator.seed().companies(2);
    JsonNode company =
        json(caller.send("POST", "/service/tickets", ticket("{\"identifier\":\"company2\"}")))
            .path("company");
    assertThat(company.path("id").asInt()).isEqualTo(2);
    assertThat(company.path("name").asText()).isEqualTo("Company 2");
    assertThat(company.at("/_info/company_href").asText())
        .endsWith("//apis/3.0/company/companies/2");
    refused(
        caller.send("POST", "/service/tickets", ticket("{\"id\":9}")),
        "NotFound",
        "Company 9 not found");
  }

  private static String ticket(String company) {
    return "{\"summary\":\"x\",\"company\":" + company + "}";
  }

  @Test
  void valuesOfTheWrongKindAreRefusedSomeOfThemWith500() {
    HttpResponse<String> reference = caller.send("POST", "/service/tickets", ticket("\"250\""));
    assertThat(reference.statusCode()).isEqualTo(400);
    assertThat(reference.body())
        .contains("Error converting value \\\"250\\\" to type")
        .contains("CompanyReference")
        .contains("Path 'company'");
    HttpResponse<String> flag =
        caller.send(
            "POST",
            "/service/tickets",
            "{\"summary\":\"x\",\"company\":{\"id\":1},\"closedFlag\":\"maybe\"}");
    assertThat(flag.statusCode()).isEqualTo(500);
    assertThat(flag.body()).contains("String was not recognized as a valid Boolean.");
    assertThat(caller.send("POST", "/service/tickets", "{").statusCode()).isEqualTo(400);
  }

  @Test
  void putResetsWhatItDoesNotSayExceptCustomFields() {
    simulator.seed().tickets(1);
    JsonNode before = json(caller.get("/service/tickets/1"));
    JsonNode after = json(caller.send("PUT", "/service/tickets/1", ticket("{\"id\":2}")));
    assertThat(after.has("severity")).isFalse();
    assertThat(after.path("customFields")).isEqualTo(before.path("customFields"));
    assertThat(after.at("/_info/dateEntered")).isEqualTo(before.at("/_info/dateEntered"));
    assertThat(after.at("/_info/lastUpdated")).isNotEqualTo(before.at("/_info/lastUpdated"));
  }

  @Test
  void thePathIsNotRepeatedInTheBody() {
    simulator.seed().tickets(1);
    String body = "{\"id\":1,\"summary\":\"x\",\"company\":{\"id\":1}}";
    refused(caller.send("PUT", "/service/tickets/1", body), "InvalidField", "id");
  }

  @Test
  void writeOnlyFieldsAndNullsAreNotShown() {
    String body =
        "{\"summary\":\"x\",\"company\":{\"id\":1},\"skipCallback\":true,"
            + "\"initialDescription\":\"y\",\"owner\":null}";
    JsonNode ticket = json(caller.send("POST", "/service/tickets", body));
    assertThat(names(ticket)).containsExactly("id", "summary", "company", "recordType", "_info");
  }

  @Test
  void childrenBelongToAParentThatExists() {
    simulator.seed().tickets(1);
    String note = "{\"text\":\"done\",\"detailDescriptionFlag\":true}";
    assertThat(caller.send("POST", "/service/tickets/1/notes", note).statusCode()).isEqualTo(201);
    assertThat(json(caller.get("/service/tickets/1/notes"))).hasSize(1);
    HttpResponse<String> orphan = caller.get("/service/tickets/2/notes");
    assertThat(orphan.statusCode()).isEqualTo(404);
    assertThat(json(orphan).path("message").asText()).isEqualTo("Ticket 2 not found");
  }

  @Test
  void serviceAndProjectTicketsShareTheirIds() {
    simulator.seed().tickets(2).projectTickets(1).tickets(1);
    assertThat(simulator.store().collection("/service/tickets").ids()).containsExactly(1L, 2L, 4L);
    assertThat(simulator.store().collection("/project/tickets").ids()).containsExactly(3L);
  }

  @Test
  void bulkAnswersForEachItem() {
    String body =
        "[{\"name\":\"PC\",\"type\":{\"id\":1},\"company\":{\"id\":1}},{\"name\":\"PC\"}]";
    HttpResponse<String> created = caller.send("POST", "/company/configurations/bulk", body);
    assertThat(created.statusCode()).isEqualTo(207);
    assertThat(json(created).at("/payload/0/statusCode").asInt()).isEqualTo(201);
    assertThat(json(created).at("/payload/1/success").asBoolean()).isFalse();
    assertThat(json(created).at("/payload/1/error/code").asText()).isEqualTo("InvalidObject");
    HttpResponse<String> deleted =
        caller.send("DELETE", "/company/configurations/bulk", "{\"ids\":[1,7]}");
    assertThat(json(deleted).at("/payload/0/success").asBoolean()).isTrue();
    assertThat(json(deleted).at("/payload/1/statusCode").asInt()).isEqualTo(404);
    assertThat(simulator.store().collection("/company/configurations").size()).isZero();
  }

  @Test
  void documentsAreUploadedAsMultipartOnly() {
    String body =
        """
        --X
        Content-Disposition: form-data; name="title"

        Plan \u00e6
        --X
        Content-Disposition: form-data; name="file"; filename="a.txt"
        Content-Type: text/plain

        hello
        world
        --X--
        """
            .replace("\n", "\r\n");
    HttpResponse<String> created =
        caller.send(
            caller
                .request("/system/documents")
                .header("Content-Type", "multipart/form-data; boundary=X")
                .POST(BodyPublishers.ofString(body)));
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(json(created).path("title").asText()).isEqualTo("Plan \u00e6");
    HttpResponse<String> download = caller.get("/system/documents/1/download");
    assertThat(download.body()).isEqualTo("hello\r\nworld");
    assertThat(download.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"a.txt\"");
    assertThat(caller.send("POST", "/system/documents", "{}").statusCode()).isEqualTo(415);
  }
}
