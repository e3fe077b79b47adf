package bifrost.admin.rest.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.api.governance.Charged;
import bifrost.api.journal.RequestLog;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogFilter.Range;
import bifrost.api.storage.LogPage;
import bifrost.api.storage.LogQuery;
import bifrost.api.storage.LogStats;
import bifrost.api.storage.LogStore;
import bifrost.api.storage.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsResourceTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final LogQuery.Cursor PLACE =
      new LogQuery.Cursor(NOW.toEpochMilli(), "node:1", 3, 4);

  private final List<LogQuery> queries = new ArrayList<>();
  private final List<LogFilter> filters = new ArrayList<>();
  private boolean away;
  private final TestNode node =
      new TestNode(() -> NOW).with(new LogsResource(new Store(), () -> NOW));

  @AfterEach
  void close() {
    node.close();
  }

  private final class Store implements LogStore {
    @Override
    public LogPage logs(ConfigStore.Endpoint endpoint, LogQuery query) {
      throwIfAway();
      queries.add(query);
      return new LogPage(List.of(entry()), Optional.of(PLACE));
    }

    @Override
    public Optional<LogPage.Entry> log(ConfigStore.Endpoint endpoint, String id) {
      throwIfAway();
      return id.equals("req-1") ? Optional.of(entry()) : Optional.empty();
    }

    @Override
    public LogStats stats(ConfigStore.Endpoint endpoint, LogFilter filter) {
      throwIfAway();
      filters.add(filter);
      return new LogStats(4, 3, 10, 20, 1_500_000_000L, 2, 5_000);
    }

    private void throwIfAway() {
      if (away) {
        throw new StoreException("reading request logs at pg-eu failed", true, null);
      }
    }
  }

  private static LogPage.Entry entry() {
    return new LogPage.Entry(
        PLACE,
        new RequestLog(
            "req-1",
            NOW.toEpochMilli(),
            Operation.CHAT_COMPLETION,
            "openai",
            "gpt",
            "gpt-wire",
            "k",
            "key",
            new Charged("vk-1", "web", "t", "c"),
            2,
            1,
            true,
            502,
            "upstream_cut",
            new Usage(1, 2, 3, 4, 5, 6, 7, 8),
            123_000L,
            1_500,
            -1));
  }

  private TestExchange get(String target) throws IOException {
    return node.call("GET", target, "");
  }

  @Test
  void aPageHasTheLogsAndTheCursorOfTheNext() throws IOException {
    TestExchange page = get("/api/logs");

    assertEquals(200, page.status());
    assertEquals("req-1", TestNode.at(page, "logs", "0", "id"));
    assertEquals("2026-11-22T12:00:00Z", TestNode.at(page, "logs", "0", "timestamp"));
    assertEquals("error", TestNode.at(page, "logs", "0", "status"));
    assertEquals(1.5, TestNode.<Double>at(page, "logs", "0", "latency"));
    assertEquals(3, TestNode.<Integer>at(page, "logs", "0", "token_usage", "total_tokens"));
    assertTrue(page.text().contains("\"cost\":0.000123000"), page.text());
    LogQuery first = queries.getFirst();
    assertEquals(50, first.limit());
    assertEquals(NOW.toEpochMilli() + 1, first.filter().untilMillis());
    assertEquals(86_400_000, first.filter().untilMillis() - first.filter().fromMillis());

    String cursor = TestNode.at(page, "pagination", "next_cursor");
    get("/api/logs?cursor=" + cursor + "&limit=1000");

    assertEquals(Optional.of(PLACE), queries.getLast().after());
    assertEquals(1_000, queries.getLast().limit());
  }

  @Test
  void everyConditionReachesTheStore() throws IOException {
    get(
        "/api/logs/stats?start_time=2026-11-01T00:00:00Z&end_time=2026-11-02T00:00:00%2B01:00"
            + "&providers=openai,&models=a,b&objects=embedding&status=error&virtual_key_ids=v"
            + "&team_ids=t&customer_ids=c&error_types=e&min_latency=1.5&max_latency=2"
            + "&min_tokens=3&max_cost=0.0000000019");

    assertEquals(
        new LogFilter(
            Instant.parse("2026-11-01T00:00:00Z").toEpochMilli(),
            Instant.parse("2026-11-01T23:00:00Z").toEpochMilli(),
            Set.of(Operation.EMBEDDING),
            Set.of("openai", ""),
            Set.of("a", "b"),
            Set.of("v"),
            Set.of("t"),
            Set.of("c"),
            Set.of("e"),
            Optional.of(false),
            new Range(1_500, 2_000),
            new Range(3, Long.MAX_VALUE),
            new Range(Long.MIN_VALUE, 1)),
        filters.getFirst());
  }

  @Test
  void sumsHaveRatesAndMeans() throws IOException {
    TestExchange stats = get("/api/logs/stats?status=success,error");

    assertEquals(4, TestNode.<Integer>at(stats, "total_requests"));
    assertEquals(75.0, TestNode.<Double>at(stats, "success_rate"));
    assertEquals(2.5, TestNode.<Double>at(stats, "average_latency"));
    assertEquals(2, TestNode.<Integer>at(stats, "requests_in_totals"));
    assertEquals(Optional.empty(), filters.getFirst().succeeded());
  }

  @Test
  void oneRequestIsFoundByItsIdOrNot() throws IOException {
    assertEquals("web", TestNode.at(get("/api/logs/req-1"), "virtual_key_name"));
    assertEquals(404, get("/api/logs/req-2").status());
    assertEquals(404, get("/api/logs/req-1/payload").status());
    assertEquals(405, node.call("POST", "/api/logs", "{}").status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0 | limit",
        "limit=1001 | limit",
        "limit=ten | limit",
        "offset=10 | offset",
        "content_search=secret | content_search",
        "provider=openai | provider",
        "status=fine | status",
        "objects=chat | objects",
        "start_time=yesterday | start_time",
        "start_time=2026-11-23T00:00:00Z | start_time",
        "start_time=2020-01-01T00:00:00Z | start_time",
        "end_time=-999999999-01-01T00:00:00Z | end_time",
        "end_time=%2B200000-01-01T00:00:00Z | end_time",
        "min_tokens=-1 | min_tokens",
        "min_cost=1e9 | min_cost",
        "max_cost=999999999999999 | max_cost",
        "cursor=abc | cursor",
        "cursor=%00 | cursor",
      })
  void whatIsNotUnderstoodIsRefusedByName(String query, String field) throws IOException {
    TestExchange refused = get("/api/logs?" + query);

    assertEquals(400, refused.status(), refused.text());
    assertEquals(field, TestNode.at(refused, "error", "param"));
    assertEquals(List.of(), queries);
  }

  @Test
  void tooManyValuesAreRefused() throws IOException {
    assertEquals(400, get("/api/logs?models=" + numbers(101)).status());
    assertEquals(200, get("/api/logs?models=" + numbers(100)).status());
  }

  @Test
  void aStoreThatIsAwayIsUnavailableAndSaysWhy() throws IOException {
    away = true;
    for (String path : List.of("/api/logs", "/api/logs/stats", "/api/logs/req-1")) {
      TestExchange refused = get(path);
      assertEquals(503, refused.status());
      assertEquals("store_unavailable", TestNode.at(refused, "type"));
      assertTrue(refused.text().contains("pg-eu"), refused.text());
    }
  }

  private static String numbers(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(i);
    }
    return text.toString();
  }
}
