package bifrost.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Lab;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.UpstreamSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration is accepted whole, or refused with the full path of what is wrong. */
class ConfigIT {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"provider\":{}} | provider",
        "{\"providers\":{\"openai\":{\"keyz\":[]}}} | providers.openai.keyz",
        "{\"providers\":{\"openai\":{\"keys\":[{\"name\":\"k\",\"value\":\"v\",\"weigth\":1}]}}}"
            + " | providers.openai.keys[0].weigth",
        "{\"providers\":{\"openai\":{\"keys\":[{\"name\":\"k\",\"value\":\"env.NO_SUCH_KEY\"}]}}}"
            + " | NO_SUCH_KEY",
        "{\"client\":{\"max_request_body_size_mb\":\"big\"}} | client.max_request_body_size_mb",
        "{\"client\":{ | config",
      })
  void aBadFileIsRefusedWithTheFullPath(String config, String named) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.builder().config(config).launch()) {
      assertEquals(1, gateway.awaitExit(), gateway::logText);
      assertTrue(gateway.logText().contains(named), gateway::logText);
      assertFalse(gateway.logText().contains("\tat "), gateway::logText);
    }
  }

  @Test
  void theDesignsExampleIsAcceptedAndServes() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start();
        GatewayProcess gateway =
            GatewayProcess.builder()
                .config(Lab.config("design.json", upstream.baseUrl()))
                .env("OPENAI_API_KEY", "sk-openai")
                .env("BIFROST_ADMIN_PASSWORD", "correct horse battery staple")
                .env("BIFROST_GOSSIP_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
                .start();
        RawHttp http = new RawHttp(gateway.port())) {
      http.send(
          RawHttp.post(
              "/v1/chat/completions",
              "Content-Type: application/json\r\n"
                  + "Authorization: Bearer sk-bf-0123456789abcdef0123456789abcdef\r\n",
              Lab.chatBody("openai/gpt-4o-mini").getBytes(UTF_8)));
      assertEquals(200, http.answer().status());
      assertEquals("sk-openai", upstream.awaitRequest().key());
    }
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.builder().argument("--config").argument("/nowhere/config.json").launch()) {
      assertEquals(1, gateway.awaitExit(), gateway::logText);
      assertTrue(gateway.logText().contains("/nowhere/config.json"), gateway::logText);
    }
  }

  @Test
  void anUnknownOptionIsAUsageError() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.builder().argument("--bogus").launch()) {
      assertEquals(2, gateway.awaitExit(), gateway::logText);
    }
  }
}
