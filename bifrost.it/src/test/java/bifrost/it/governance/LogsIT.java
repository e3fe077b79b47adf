package bifrost.it.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was asked of the gateway is found again through its management API. */
@ExtendWith(Lab.Shared.class)
class LogsIT {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Lab lab;

  LogsIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void aRequestIsFoundByItsIdItsModelAndInTheSums() throws Exception {
    String id = "";
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = lab.chat("openai/logged-" + i % 2);
      assertEquals(200, answer.statusCode(), answer.body());
      id = answer.headers().firstValue("x-bf-request-id").orElseThrow();
    }

    JsonNode log = awaitLog(id);

    assertEquals("logged-0", log.path("model").stringValue());
    assertEquals("success", log.path("status").stringValue());
    assertTrue(log.path("token_usage").path("total_tokens").intValue() > 0, log::toString);
    JsonNode page = json("/api/logs?models=logged-0,logged-1&limit=2");
    assertEquals(2, page.path("logs").size());
    assertEquals(id, page.path("logs").path(0).path("id").stringValue());
    String cursor = page.path("pagination").path("next_cursor").stringValue();
    JsonNode rest = json("/api/logs?models=logged-0,logged-1&limit=2&cursor=" + cursor);
    assertEquals(1, rest.path("logs").size());
    assertTrue(rest.path("pagination").path("next_cursor").isNull());
    assertEquals(
        2,
        json("/api/logs/stats?models=logged-0&status=success").path("total_requests").intValue());
  }

  private JsonNode awaitLog(String id) throws Exception {
    for (int i = 0; ; i++) {
      HttpResponse<String> answer = lab.get("/api/logs/" + id);
      if (answer.statusCode() == 200) {
        return MAPPER.readTree(answer.body());
      }
      assertTrue(i < 500, answer::body);
      Thread.sleep(20);
    }
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = lab.get(path);
    assertEquals(200, answer.statusCode(), answer.body());
    return MAPPER.readTree(answer.body());
  }
}
