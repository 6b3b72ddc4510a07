package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Closing a client ends everything it does, at once. */
class ClosingTest {

  private static final Retry SLOWLY = new Retry(5, Duration.ofMinutes(5), Duration.ofMinutes(5));

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
    threads.shutdownNow();
  }

  private CompletableFuture<Object> send(ConnectWiseClient client) {
    return CompletableFuture.supplyAsync(() -> client.send(Calls.tickets(Map.of())), threads);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static void assertCancelled(CompletableFuture<Object> call) {
    assertThatThrownBy(() -> call.get(5, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ApiException.class)
        .hasMessage("getServiceTickets GET /service/tickets → no answer \"The client was closed\"")
        .extracting(e -> ((ApiException) e).failure().kind())
        .isEqualTo(Kind.CANCELLED);
  }

  @Test
  void endsACallThatWaitsForItsAnswer() {
    server.always(server.hang());
    ConnectWiseClient client = Calls.settings(server.url()).open();
    CompletableFuture<Object> call = send(client);
    await(() -> server.asked.size() == 1);

    client.close();

    assertCancelled(call);
  }

  @Test
  void endsACallThatWaitsForItsNextTry() {
    server.always(answer(503, "", "", "Retry-After", "300"));
    ConnectWiseClient client = Calls.settings(server.url()).retry(SLOWLY).open();
    CompletableFuture<Object> call = send(client);
    await(() -> server.asked.size() == 1);

    client.close();

    assertCancelled(call);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void endsCallsThatWaitForASlotOrForThePace() {
    server.always(server.hang());
    ConnectWiseClient client = Calls.settings(server.url()).inFlight(1).perMinute(1).open();
    CompletableFuture<Object> first = send(client);
    await(() -> server.asked.size() == 1);
    CompletableFuture<Object> second = send(client);
    CompletableFuture<Object> third = send(client);

    client.close();

    assertCancelled(first);
    assertCancelled(second);
    assertCancelled(third);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aClosedClientSendsNothing() {
    server.always(json(200, "[]"));
    ConnectWiseClient client = Calls.settings(server.url()).open();
    client.close();
    client.close();

    assertCancelled(send(client));
    assertThat(server.asked).isEmpty();
  }

  @Test
  void sendsNothingThatIsNoLongerPermittedNotEvenARetry() {
    server.always(answer(503, "", ""));
    AtomicInteger asked = new AtomicInteger();
    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      assertThatThrownBy(
              () -> client.send(Calls.tickets(Map.of()), () -> asked.incrementAndGet() < 3))
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.failure().kind()).isEqualTo(Kind.CANCELLED));
    }
    assertThat(server.asked).hasSize(2);
  }

  /** A socket that is read does not notice an interrupt. */
  @Test
  void anInterruptByTheClientEndsACallAndACreateThatWasSentIsAmbiguous() throws Exception {
    server.always(server.hang());
    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      CompletableFuture<Kind> kind = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  client.send(Calls.write("postServiceTickets", "{}"));
                } catch (ApiException e) {
                  kind.complete(e.failure().kind());
                }
              });
      caller.start();
      await(() -> server.asked.size() == 1);

      client.interrupt(caller);

      assertThat(kind.get(5, TimeUnit.SECONDS)).isEqualTo(Kind.AMBIGUOUS);
    }
  }

  @Test
  void anInterruptEndsAWaitAndIsKept() throws InterruptedException {
    server.always(answer(503, "", "", "Retry-After", "300"));
    try (ConnectWiseClient client = Calls.settings(server.url()).retry(SLOWLY).open()) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  client.send(Calls.tickets(Map.of()));
                } catch (ApiException e) {
                  interrupted.complete(
                      e.failure().kind() == Kind.CANCELLED
                          && Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      await(() -> server.asked.size() == 1);

      caller.interrupt();
      caller.join(TimeUnit.SECONDS.toMillis(5));

      assertThat(interrupted).isCompletedWithValue(true);
    }
  }
}
