package io.psastream.connectwise.simulator.fault;

import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The faults that are switched on. Those with a behaviour stand around the API in the order in
 * which they were added, the first outermost; the others are rules that the API asks for by kind.
 */
public final class Faults {

  private static final int MOST_USED_UP = 1_000;

  private final List<ActiveFault> active = new CopyOnWriteArrayList<>();
  private final AtomicInteger lastId = new AtomicInteger();

  /** Switches a fault on. */
  public ActiveFault add(Fault fault) {
    return add(fault, fault.kind().behaviour(fault));
  }

  /** Runs something before each request that this fault's method, path and times describe. */
  public ActiveFault before(Fault where, Consumer<Request> action) {
    return add(
        where,
        (request, api) -> {
          action.accept(request);
          return api.answer(request);
        });
  }

  /** Changes the answer to each request that this fault's method, path and times describe. */
  public ActiveFault changing(Fault where, BiFunction<Request, Response, Response> change) {
    return add(where, (request, api) -> change.apply(request, api.answer(request)));
  }

  /** Shows the answer to each request that this fault's method, path and times describe. */
  public ActiveFault after(Fault where, BiConsumer<Request, Response> action) {
    return add(
        where,
        (request, api) -> {
          Response response = api.answer(request);
          action.accept(request, response);
          return response;
        });
  }

  private ActiveFault add(Fault fault, Behaviour behaviour) {
    ActiveFault added = new ActiveFault(lastId.incrementAndGet(), fault, behaviour);
    if (active.size() > MOST_USED_UP) {
      active.removeIf(ActiveFault::usedUp);
    }
    active.add(added);
    return added;
  }

  /** Switches one off; answers whether it was on. */
  public boolean remove(int id) {
    return active.removeIf(each -> each.id() == id);
  }

  public void clear() {
    active.clear();
  }

  /**
   * All that were added and not removed, those that are used up too while they are not more than
   * 1,000.
   */
  public List<ActiveFault> all() {
    return List.copyOf(active);
  }

  /** The rule of this kind for this request, if one is on; asking counts as a hit. */
  public Optional<Fault> rule(FaultKind kind, Request request) {
    for (ActiveFault each : active) {
      if (each.fault().kind() == kind && each.take(request)) {
        return Optional.of(each.fault());
      }
    }
    return Optional.empty();
  }

  /** The API with the faults around it. */
  public Responder around(Responder api) {
    return request -> next(List.copyOf(active), 0, api, request);
  }

  private static Response next(List<ActiveFault> faults, int from, Responder api, Request request)
      throws InterruptedException {
    for (int i = from; i < faults.size(); i++) {
      ActiveFault fault = faults.get(i);
      if (!fault.fault().kind().isRule() && fault.take(request)) {
        int inner = i + 1;
        return fault.behaviour().answer(request, handedOn -> next(faults, inner, api, handedOn));
      }
    }
    return api.answer(request);
  }
}
