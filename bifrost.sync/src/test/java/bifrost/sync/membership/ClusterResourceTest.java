package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.http.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterResourceTest {
  @Test
  void theStatusNamesMembersHealthAndLeader() throws Exception {
    MembershipComponent membership =
        new MembershipComponent(TestConfig.local("a").config(), Map.of());
    try {
      ClusterResource resource = new ClusterResource(membership);
      Call call = new Call("GET", "/api/cluster/status", true);
      resource.handle(call);
      assertEquals(200, call.status);
      assertTrue(call.body.contains("\"leader\":\"a\""), call.body);
      assertTrue(call.body.contains("\"cluster_health\":\"HEALTHY\""), call.body);
      assertTrue(call.body.contains("\"node_id\":\"a\""), call.body);
      assertEquals(404, answer(resource, "GET", "/api/cluster/other", true));
      assertEquals(405, answer(resource, "POST", "/api/cluster/status", true));
      assertEquals(403, answer(resource, "GET", "/api/cluster/status", false));
    } finally {
      membership.close();
    }
  }

  @Test
  void textFromPeersCannotBreakTheJson() {
    assertEquals(
        "{\"a\":[\"\\\"\\\\\\u000a\\u2028\",1,true,{}]}",
        JsonText.of(Map.of("a", List.of("\"\\\n\u2028", 1, true, Map.of()))));
  }

  private static int answer(ClusterResource resource, String method, String path, boolean loopback)
      throws Exception {
    Call call = new Call(method, path, loopback);
    resource.handle(call);
    return call.status;
  }

  private static final class Call implements HttpExchange {
    private final String method;
    private final String path;
    private final boolean loopback;
    private int status;
    private String body;

    Call(String method, String path, boolean loopback) {
      this.method = method;
      this.path = path;
      this.loopback = loopback;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.empty();
    }

    @Override
    public String requestId() {
      return "r";
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public boolean loopback() {
      return loopback;
    }

    @Override
    public InputStream body() {
      return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public void setHeader(String name, String value) {}

    @Override
    public void respond(int code, String contentType, byte[] bytes) {
      status = code;
      body = new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public OutputStream stream(int code, String contentType) {
      throw new UnsupportedOperationException();
    }
  }
}
