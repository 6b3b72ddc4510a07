package io.psastream.connectwise.callbacks;

import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.simulator.Simulator;
import java.util.HashMap;
import java.util.Map;

/** How tests reach a simulator. */
final class Site {

  private Site() {}

  static Map<String, String> properties(Simulator simulator) {
    Map<String, String> properties = new HashMap<>();
    properties.put("connectwise.site.url", simulator.url());
    properties.put("connectwise.username", simulator.username());
    properties.put("connectwise.password", simulator.password());
    properties.put("connectwise.client.id", simulator.clientId());
    properties.put("rate.limit.requests.per.minute", "0");
    properties.put("max.retries", "0");
    return properties;
  }

  static ConnectWiseClient client(Simulator simulator) {
    return ConnectWiseClient.open(Settings.of(properties(simulator), Map.of(), Map.of()).client());
  }
}
