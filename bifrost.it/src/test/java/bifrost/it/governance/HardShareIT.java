package bifrost.it.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Lab;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A node of a cluster whose other nodes it cannot reach spends its share of a hard budget. */
class HardShareIT {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @Test
  void aNodeThatIsCutOffSpendsItsShareOfAHardBudgetAndAllOfASoftOne() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.builder().config(config()).start()) {
      RawAnswer hard = callUntilRefused(gateway, "sk-bf-hard-budget");
      assertTrue(
          hard.text().contains("limit $0.01 (this node may spend $0.0025 of it"), hard::text);
      double spent = used(hard);
      assertTrue(spent <= 0.0025, hard::text);
      assertTrue(spent >= 0.0025 * 0.95, hard::text);

      RawAnswer soft = callUntilRefused(gateway, "sk-bf-soft-budget");
      assertTrue(used(soft) >= 0.0025 * 0.95, soft::text);
      assertTrue(!soft.text().contains("this node may spend"), soft::text);
    }
  }

  private static RawAnswer callUntilRefused(GatewayProcess gateway, String key) throws IOException {
    for (int i = 0; i < 1_000; i++) {
      try (RawHttp http = new RawHttp(gateway.port())) {
        RawAnswer answer =
            http.send(
                    RawHttp.post(
                        "/v1/chat/completions",
                        "Content-Type: application/json\r\nx-bf-vk: " + key + "\r\n",
                        Lab.chatBody("echo/echo-1").getBytes(StandardCharsets.UTF_8)))
                .answer();
        if (answer.status() != 200) {
          assertEquals(402, answer.status(), answer::text);
          return answer;
        }
      }
    }
    throw new AssertionError("not refused");
  }

  private static double used(RawAnswer refusal) {
    Matcher used = Pattern.compile("used \\$([0-9.]+),").matcher(refusal.text());
    assertTrue(used.find(), refusal::text);
    return Double.parseDouble(used.group(1));
  }

  private static String config() throws IOException {
    return """
    {
      "cluster_config": {
        "enabled": true, "node_id": "node-a", "region": "eu", "peers": [ "127.0.0.1:%d" ],
        "hard_budget_shares": { "node-a": 1, "node-b": 3 },
        "gossip": { "port": %d, "bind_address": "127.0.0.1", "secret_keys": [ "%s" ] },
        "grpc": { "port": 0 }
      },
      "governance": { "virtual_keys": [ %s, %s ] }
    }
    """
        .formatted(
            GatewayProcess.freePort(),
            GatewayProcess.freePort(),
            KEY,
            key("hard", 0.01),
            key("soft", 0.0025));
  }

  private static String key(String kind, double dollars) {
    return """
    { "id": "%1$s", "name": "%1$s", "value": "sk-bf-%1$s-budget", "allow_all_providers": true,
      "budgets": [ { "id": "b-%1$s", "max_limit": %2$s, "reset_duration": "1Y",
                     "kind": "%1$s" } ] }\
    """
        .formatted(kind, dollars);
  }
}
