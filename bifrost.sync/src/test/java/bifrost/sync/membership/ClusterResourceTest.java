package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
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
      ManagementAnswer answer = resource.handle(new Asked("GET", "status"));
      assertEquals(200, answer.status());
      Map<?, ?> status = (Map<?, ?>) answer.body();
      assertEquals("a", status.get("leader"));
      assertEquals("HEALTHY", status.get("cluster_health"));
      assertEquals("a", ((Map<?, ?>) ((List<?>) status.get("members")).get(0)).get("node_id"));
      assertEquals(404, resource.handle(new Asked("GET", "other")).status());
      assertEquals(405, resource.handle(new Asked("POST", "status")).status());
    } finally {
      membership.close();
    }
  }

  private record Asked(String method, String below) implements ManagementRequest {
    @Override
    public String path() {
      return "/api/cluster/" + below;
    }

    @Override
    public Map<String, String> query() {
      return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, Object> body() {
      return Map.of();
    }

    @Override
    public String actor() {
      return "admin";
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public String requestId() {
      return "r";
    }
  }
}
