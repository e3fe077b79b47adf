package bifrost.admin.rest.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.admin.rest.entity.LimitUsage;
import bifrost.api.journal.AuditEvent;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.VirtualKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualKeysResourceTest {
  private static final String KEYS = "/api/governance/virtual-keys";
  private static final String WEB =
      """
      {"name": "web", "provider_configs": [{"provider": "echo", "allowed_models": ["*"], "key_ids": ["*"]}],
       "budgets": [{"max_limit": 1.5, "reset_duration": "1d"}],
       "rate_limit": {"request_max_limit": 10, "request_reset_duration": "1m"}}
      """;

  private final TestNode node = new TestNode(() -> Instant.parse("2026-03-01T12:00:00.5Z"));

  VirtualKeysResourceTest() {
    node.with(new VirtualKeysResource(node.documents(), node.edits()))
        .with(new TeamsResource(node.documents(), node.edits()))
        .with(new CustomersResource(node.documents(), node.edits()))
        .with(new BudgetsResource(node.edits(), new LimitUsage()))
        .with(new RateLimitsResource(node.edits(), new LimitUsage()));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aSecretIsMadeShownOnceAndKeptAsAHash() throws IOException {
    TestExchange created = node.call("POST", KEYS, WEB);
    assertEquals(201, created.status(), created.text());
    String secret = TestNode.at(created, "virtual_key", "value");
    String id = TestNode.at(created, "virtual_key", "id");
    assertTrue(secret.matches("sk-bf-[A-Za-z0-9_-]{40}"), secret);
    VirtualKey key = node.snapshots().current().find(VirtualKey.class, id).orElseThrow();
    assertEquals(KeyHash.of(Secret.of(secret)), key.hash());
    for (String path : List.of(KEYS, KEYS + "/" + id)) {
      assertFalse(node.call("GET", path, "").text().contains(secret));
    }
    assertFalse(node.journal().toString().contains(secret));
  }

  @Test
  void aNewLimitBeginsAtItsCreationAndAChangedOneKeepsItsId() throws IOException {
    String id = create(WEB);
    TestExchange before = node.call("GET", KEYS + "/" + id, "");
    String budget = TestNode.at(before, "virtual_key", "budgets", "0", "id");
    assertEquals(
        "2026-03-01T12:00:00Z", TestNode.at(before, "virtual_key", "budgets", "0", "created_at"));
    TestExchange changed =
        node.call(
            "PUT",
            KEYS + "/" + id,
            "{\"budgets\": [{\"max_limit\": 9, \"reset_duration\": \"1d\"}]}");
    assertEquals(200, changed.status(), changed.text());
    assertEquals(budget, TestNode.at(changed, "virtual_key", "budgets", "0", "id"));
    assertEquals(9, (int) TestNode.at(changed, "virtual_key", "budgets", "0", "max_limit"));
    assertEquals("web", TestNode.at(changed, "virtual_key", "name"));
    assertEquals(10, (int) TestNode.at(changed, "virtual_key", "rate_limit", "request_max_limit"));
  }

  @Test
  void whatWasReadCanBeSentBack() throws IOException {
    String id = create(WEB);
    VirtualKey before = node.snapshots().current().find(VirtualKey.class, id).orElseThrow();
    TestExchange read = node.call("GET", KEYS + "/" + id, "");
    String object = read.text().substring("{\"virtual_key\":".length(), read.text().length() - 1);
    TestExchange written = node.call("PUT", KEYS + "/" + id, object);
    assertEquals(200, written.status(), written.text());
    assertEquals(before, node.snapshots().current().find(VirtualKey.class, id).orElseThrow());
  }

  @Test
  void theSecondOfTwoEditorsIsToldTheCurrentVersion() throws IOException {
    String id = create(WEB);
    String tag = node.call("GET", KEYS + "/" + id, "").answerHeader("ETag");
    TestExchange first =
        node.serve(
            new TestExchange("PUT", KEYS + "/" + id)
                .json("{\"description\": \"first\"}")
                .with("If-Match", tag));
    assertEquals(200, first.status());
    assertNotEquals(tag, first.answerHeader("ETag"));
    TestExchange second =
        node.serve(
            new TestExchange("PUT", KEYS + "/" + id)
                .json("{\"description\": \"second\"}")
                .with("If-Match", tag));
    assertEquals(412, second.status());
    assertEquals("version_conflict", TestNode.at(second, "type"));
    assertEquals(first.answerHeader("ETag"), second.answerHeader("ETag"));
    assertEquals(
        first.answerHeader("ETag"),
        '"' + TestNode.<String>at(second, "extra_fields", "current_version") + '"');
    assertEquals(
        412,
        node.serve(new TestExchange("DELETE", KEYS + "/" + id).with("If-Match", tag)).status());
    TestExchange again =
        node.serve(
            new TestExchange("DELETE", KEYS + "/" + id)
                .with("If-Match", first.answerHeader("ETag")));
    assertEquals(200, again.status());
    assertEquals(404, node.call("GET", KEYS + "/" + id, "").status());
    assertEquals(404, node.call("DELETE", KEYS + "/" + id, "").status());
  }

  @Test
  void aRotatedKeyHasAnotherSecret() throws IOException {
    String id = create(WEB);
    KeyHash before = node.snapshots().current().find(VirtualKey.class, id).orElseThrow().hash();
    TestExchange rotated = node.call("POST", KEYS + "/" + id + "/rotate", "");
    String secret = TestNode.at(rotated, "virtual_key", "value");
    KeyHash after = node.snapshots().current().find(VirtualKey.class, id).orElseThrow().hash();
    assertNotEquals(before, after);
    assertEquals(KeyHash.of(Secret.of(secret)), after);
  }

  @Test
  void anOverrideIsSetAndTakenAway() throws IOException {
    String id = create(WEB);
    String budget =
        TestNode.at(node.call("GET", KEYS + "/" + id, ""), "virtual_key", "budgets", "0", "id");
    String path = KEYS + "/" + id + "/budgets/" + budget + "/override";
    TestExchange set =
        node.call("PUT", path, "{\"override_amount\": 5, \"override_cycles_total\": 2}");
    assertEquals(200, set.status(), set.text());
    assertEquals(5, (int) TestNode.at(set, "virtual_key", "budgets", "0", "override_amount"));
    assertEquals(400, node.call("PUT", path, "{\"amount\": 5}").status());
    TestExchange gone = node.call("DELETE", path, "");
    assertNull(TestNode.at(gone, "virtual_key", "budgets", "0", "override_amount"));
    assertEquals(400, node.call("DELETE", path.replace(budget, "other"), "").status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"x\", \"budget\": {\"max_limit\": 1}} | budget | budgets",
        "{\"name\": \"x\", \"provider_configs\": [{\"provider\": \"echo\", \"allowed_models\":"
            + " [\"*\", \"a\"]}]} | provider_configs[0] | must stand alone",
        "{\"name\": \"x\", \"team_id\": \"nobody\"} | team_id | create it first",
        "{\"name\": \"x\", \"expires_at\": \"tomorrow\"} | expires_at | 2026-01-31",
        "{\"name\": \"\"} | name | is empty",
        "{\"name\": \"x\", \"value\": \"short\"} | value | too short",
        "{\"name\": \"x\", \"budgets\": [{\"max_limit\": 1, \"reset_duration\": \"1d\"},"
            + " {\"max_limit\": 2, \"reset_duration\": \"1d\"}]} | budgets[1].reset_duration |"
            + " another budget",
        "{\"name\": \"x\", \"rate_limit\": {}} | rate_limit | limits nothing",
        "{\"name\": \"x\", \"is_active\": \"maybe\"} | is_active | true or false",
      })
  void badInputIsRefusedByItsPath(String body, String path, String hint) throws IOException {
    TestExchange answer = node.call("POST", KEYS, body);
    assertEquals(400, answer.status(), answer.text());
    assertEquals(path, TestNode.at(answer, "error", "param"));
    String message = TestNode.at(answer, "error", "message");
    assertTrue(message.contains(hint), message);
    assertEquals(0, (int) TestNode.at(node.call("GET", KEYS, ""), "total_count"));
  }

  @Test
  void aParameterThatIsNotKnownIsRefused() throws IOException {
    TestExchange answer = node.call("GET", KEYS + "?limt=5", "");
    assertEquals(400, answer.status());
    assertEquals("limt", TestNode.at(answer, "error", "param"));
    assertEquals(400, node.call("GET", KEYS + "?limit=0", "").status());
    assertEquals(400, node.call("GET", KEYS + "?limit=1001", "").status());
    assertEquals(400, node.call("GET", KEYS + "?offset=-1", "").status());
  }

  @Test
  void keysAreFoundByNameAndTeam() throws IOException {
    assertEquals(
        201,
        node.call("POST", "/api/governance/customers", "{\"id\": \"c\", \"name\": \"C\"}")
            .status());
    node.call(
        "POST",
        "/api/governance/teams",
        "{\"id\": \"t\", \"name\": \"T\", \"customer_id\": \"c\"}");
    create("{\"name\": \"Alpha\", \"team_id\": \"t\"}");
    create("{\"name\": \"beta\"}");
    assertEquals(1, total("?search=alp"));
    assertEquals(1, total("?team_id=t"));
    assertEquals(0, total("?team_id=other"));
    assertEquals(2, total(""));
    TestExchange used = node.call("DELETE", "/api/governance/teams/t", "");
    assertEquals(409, used.status());
    assertEquals("in_use", TestNode.at(used, "type"));
  }

  @Test
  void twoOfOneIdOrNameAreRefused() throws IOException {
    create("{\"id\": \"k\", \"name\": \"one\"}");
    assertEquals(409, node.call("POST", KEYS, "{\"id\": \"k\", \"name\": \"two\"}").status());
    TestExchange name = node.call("POST", KEYS, "{\"name\": \"one\"}");
    assertEquals("name", TestNode.at(name, "error", "param"));
    assertEquals(
        "id", TestNode.at(node.call("PUT", KEYS + "/k", "{\"id\": \"other\"}"), "error", "param"));
  }

  @Test
  void everyDeedIsRecordedWithItsActorAndFieldsButNoValues() throws IOException {
    String id = create(WEB);
    node.call("PUT", KEYS + "/" + id, "{\"description\": \"private words\"}");
    node.call("POST", KEYS + "/" + id + "/rotate", "");
    node.call("DELETE", KEYS + "/" + id, "");
    List<AuditEvent> deeds =
        node.journal().stream()
            .filter(AuditEvent.class::isInstance)
            .map(AuditEvent.class::cast)
            .toList();
    assertEquals(
        List.of("create", "update", "rotate", "delete"),
        deeds.stream().map(AuditEvent::action).toList());
    AuditEvent update = deeds.get(1);
    assertEquals("loopback", update.actor());
    assertEquals("virtual_key", update.entityType());
    assertEquals(id, update.entityId());
    assertEquals("description", update.fields());
    assertFalse(deeds.toString().contains("private words"));
  }

  @Test
  void limitsAreListedWithTheirOwners() throws IOException {
    String id = create(WEB);
    TestExchange budgets = node.call("GET", "/api/governance/budgets", "");
    assertEquals(id, TestNode.at(budgets, "budgets", "0", "virtual_key_id"));
    String budget = TestNode.at(budgets, "budgets", "0", "id");
    TestExchange one = node.call("GET", "/api/governance/budgets/" + budget, "");
    assertEquals(budget, TestNode.at(one, "budget", "id"));
    assertEquals(405, node.call("POST", "/api/governance/budgets", "{}").status());
    assertEquals(404, node.call("GET", "/api/governance/budgets/none", "").status());
    assertEquals(
        "requests",
        TestNode.at(
            node.call("GET", "/api/governance/rate-limits", ""), "rate_limits", "0", "metric"));
  }

  @Test
  void withoutAClusterAChangeIsEverywhere() throws IOException {
    TestExchange answer = node.call("POST", KEYS + "?wait=cluster", WEB);
    assertEquals(Map.of("everywhere", true, "clustered", false), TestNode.at(answer, "cluster"));
    assertEquals(400, node.call("POST", KEYS + "?wait=region", "{\"name\": \"q\"}").status());
  }

  private int total(String query) throws IOException {
    return TestNode.at(node.call("GET", KEYS + query, ""), "total_count");
  }

  private String create(String body) throws IOException {
    TestExchange answer = node.call("POST", KEYS, body);
    assertEquals(201, answer.status(), answer.text());
    return TestNode.at(answer, "virtual_key", "id");
  }
}
