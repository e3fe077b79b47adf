package bifrost.runtime.config;

import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.Window;
import bifrost.runtime.config.json.Fields;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Budgets and rate limits, written within their owner or in lists of their own that name it.
 *
 * <p>A limit without {@code created_at} counts its windows from the start of 1970, so that all
 * nodes agree on them and a new start does not move them.
 */
final class LimitsReader {
  private static final List<String> OWNERS =
      List.of("team_id", "customer_id", "virtual_key_id", "provider_config_id", "model_config_id");
  private static final Pattern QUARTERS = Pattern.compile("([0-9]{1,4})Q");
  private static final double MOST_DOLLARS = 1e9;

  private final Map<String, List<Fields>> ownedBudgets = new HashMap<>();
  private final Map<String, List<Fields>> ownedRateLimits = new HashMap<>();
  private final Map<String, Fields> rateLimitsById = new LinkedHashMap<>();
  private final Set<String> usedRateLimits = new HashSet<>();
  private final Map<String, String> ids = new HashMap<>();

  /**
   * The limits of one owner.
   *
   * @param limits the limits
   * @param sources the rows outside the owner that they were read from, as written
   */
  record Read(Limits limits, Object... sources) {}

  /** Takes the lists {@code budgets} and {@code rate_limits} of the section governance. */
  void takeLists(Fields governance) {
    for (Fields budget : governance.objects("budgets")) {
      owner(budget)
          .ifPresent(o -> ownedBudgets.computeIfAbsent(o, k -> new ArrayList<>()).add(budget));
    }
    for (Fields rateLimit : governance.objects("rate_limits")) {
      boolean owned = OWNERS.stream().anyMatch(rateLimit::has);
      if (owned) {
        owner(rateLimit)
            .ifPresent(
                o -> ownedRateLimits.computeIfAbsent(o, k -> new ArrayList<>()).add(rateLimit));
      } else {
        rateLimitsById.put(rateLimit.requiredText("id"), rateLimit);
      }
    }
  }

  /** Refuses what no owner has taken. */
  void end() {
    ownedBudgets.forEach(
        (owner, rows) ->
            rows.forEach(row -> row.refuse("", "its owner '" + owner + "' is not in this file")));
    ownedRateLimits.forEach(
        (owner, rows) ->
            rows.forEach(row -> row.refuse("", "its owner '" + owner + "' is not in this file")));
    rateLimitsById.forEach(
        (id, row) -> {
          if (!usedRateLimits.contains(id)) {
            row.refuse("id", "no owner names rate limit '" + id + "' as its rate_limit_id");
          }
        });
  }

  /**
   * Reads the limits of an owner.
   *
   * @param owner the object of the owner
   * @param kind what it is, for example {@code virtual_key}
   * @param id its id
   */
  Read read(Fields owner, String kind, String id) {
    Collected collected = new Collected(kind + ":" + id);
    for (Fields budget : owner.objects("budgets")) {
      collected.budget(budget);
    }
    owner.object("rate_limit").ifPresent(collected::rateLimit);
    for (Fields rateLimit : owner.objects("rate_limits")) {
      collected.rateLimit(rateLimit);
    }
    owner
        .text("rate_limit_id")
        .ifPresent(named -> takeNamed(owner, "rate_limit_id", named, collected));
    for (String named : owner.texts("rate_limit_ids")) {
      takeNamed(owner, "rate_limit_ids", named, collected);
    }
    String key = kind + "_id=" + id;
    for (Fields row : Optional.ofNullable(ownedBudgets.remove(key)).orElse(List.of())) {
      collected.sources.add(row.raw());
      collected.budget(row);
    }
    for (Fields row : Optional.ofNullable(ownedRateLimits.remove(key)).orElse(List.of())) {
      collected.sources.add(row.raw());
      collected.rateLimit(row);
    }
    boolean aligned = owner.flag("calendar_aligned").orElse(collected.aligned);
    Limits limits = new Limits(collected.budgets, collected.rateLimits, aligned);
    return new Read(limits.equals(Limits.NONE) ? Limits.NONE : limits, collected.sources.toArray());
  }

  private void takeNamed(Fields owner, String member, String named, Collected collected) {
    Fields row = rateLimitsById.get(named);
    if (row == null) {
      owner.refuse(member, "there is no rate limit '" + named + "' in governance.rate_limits");
    } else if (!usedRateLimits.add(named)) {
      owner.refuse(member, "rate limit '" + named + "' has another owner already");
    } else {
      collected.sources.add(row.raw());
      collected.rateLimit(row);
    }
  }

  private Optional<String> owner(Fields row) {
    List<String> named = OWNERS.stream().filter(row::has).toList();
    if (named.size() != 1) {
      row.refuse(
          "",
          "must name exactly one owner of "
              + String.join(", ", OWNERS)
              + ", it names "
              + named.size());
      return Optional.empty();
    }
    String member = named.get(0);
    return row.text(member).map(id -> member + "=" + id);
  }

  /** What is gathered for one owner. */
  private final class Collected {
    private final String owner;
    private final List<Budget> budgets = new ArrayList<>();
    private final List<RateLimit> rateLimits = new ArrayList<>();
    private final List<Object> sources = new ArrayList<>();
    private boolean aligned;

    private Collected(String owner) {
      this.owner = owner;
    }

    private void budget(Fields row) {
      OWNERS.forEach(row::any);
      double dollars = row.real("max_limit", 0, MOST_DOLLARS).orElse(-1);
      if (!row.has("max_limit")) {
        row.refuse("max_limit", "is missing");
      }
      Optional<Window> window = window(row, "reset_duration", true);
      Budget.Kind kind =
          row.choice("kind", Map.of("soft", Budget.Kind.SOFT, "hard", Budget.Kind.HARD))
              .orElse(Budget.Kind.SOFT);
      aligned |= row.flag("calendar_aligned").orElse(false);
      long anchor = anchor(row);
      Optional<LimitOverride> override = override(row);
      row.ignore("current_usage", "usage is counted by the nodes");
      row.ignore("last_reset", "windows follow from created_at");
      Optional<String> given = row.text("id");
      row.end();
      if (window.isEmpty() || dollars < 0) {
        return;
      }
      String id = given.orElse(owner + ":budget:" + window.get());
      if (budgets.stream().anyMatch(budget -> budget.window().equals(window.get()))) {
        row.refuse("reset_duration", "its owner has another budget of " + window.get());
      } else if (isNew(row, id)) {
        row.build(
                () ->
                    new Budget(id, Math.round(dollars * 1e9), window.get(), kind, anchor, override))
            .ifPresent(budgets::add);
      }
    }

    private void rateLimit(Fields row) {
      OWNERS.forEach(row::any);
      row.any("id");
      aligned |= row.flag("calendar_aligned").orElse(false);
      long anchor = anchor(row);
      int before = rateLimits.size();
      metric(row, "token", RateLimit.Metric.TOKENS, anchor);
      metric(row, "request", RateLimit.Metric.REQUESTS, anchor);
      if (rateLimits.size() == before
          && !row.has("token_max_limit")
          && !row.has("request_max_limit")) {
        row.refuse("", "limits nothing: set request_max_limit or token_max_limit");
      }
      row.end();
    }

    private void metric(Fields row, String metric, RateLimit.Metric kind, long anchor) {
      long limit = row.whole(metric + "_max_limit", 0, 1_000_000_000_000_000L).orElse(-1);
      Optional<Window> window =
          window(row, metric + "_reset_duration", row.has(metric + "_max_limit"));
      row.ignore(metric + "_current_usage", "usage is counted by the nodes");
      row.ignore(metric + "_last_reset", "windows follow from created_at");
      if (limit < 0 || window.isEmpty()) {
        return;
      }
      boolean twice =
          rateLimits.stream().anyMatch(r -> r.metric() == kind && r.window().equals(window.get()));
      String id = owner + ":" + metric + "s:" + window.get();
      if (twice) {
        row.refuse(
            metric + "_reset_duration", "its owner has another limit of this kind and window");
      } else if (isNew(row, id)) {
        rateLimits.add(new RateLimit(id, kind, limit, window.get(), anchor));
      }
    }
  }

  /** What is added to a limit: for some windows from one on, or until it is removed. */
  private static Optional<LimitOverride> override(Fields row) {
    double dollars = row.real("override_amount", 0, MOST_DOLLARS).orElse(0);
    boolean forever =
        row.choice("override_mode", Map.of("cycles", false, "forever", true)).orElse(false);
    long windows = row.whole("override_cycles_total", 1, 100_000).orElse(0);
    row.ignore("override_cycles_remaining", "it follows from override_anchor_reset");
    long from = time(row, "override_anchor_reset");
    if (dollars == 0) {
      return Optional.empty();
    }
    if (!forever && windows == 0) {
      row.refuse("override_cycles_total", "is missing; or set override_mode to forever");
    } else if (!forever && !row.has("override_anchor_reset")) {
      row.refuse("override_anchor_reset", "is missing: a time in the first window");
    }
    return Optional.of(
        new LimitOverride(Math.round(dollars * 1e9), forever ? 0 : (int) windows, from));
  }

  private boolean isNew(Fields row, String id) {
    String before = ids.putIfAbsent(id, row.path());
    if (before != null) {
      row.refuse("id", "'%s' is the id of %s already".formatted(id, before));
    }
    return before == null;
  }

  private static Optional<Window> window(Fields row, String name, boolean required) {
    Optional<String> text = row.text(name);
    if (text.isEmpty()) {
      if (required && !row.has(name)) {
        row.refuse(name, "is missing, for example \"1h\" or \"1M\"");
      }
      return Optional.empty();
    }
    try {
      Matcher quarters = QUARTERS.matcher(text.get());
      return Optional.of(
          quarters.matches()
              ? new Window(3 * Integer.parseInt(quarters.group(1)), Window.Unit.MONTH)
              : Window.parse(text.get()));
    } catch (IllegalArgumentException e) {
      row.refuse(name, e.getMessage());
      return Optional.empty();
    }
  }

  private static long anchor(Fields row) {
    return time(row, "created_at");
  }

  /** A time in milliseconds since the epoch; 0 when it is absent. */
  private static long time(Fields row, String name) {
    Optional<String> text = row.text(name);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Math.max(0, Instant.parse(text.get()).toEpochMilli());
    } catch (DateTimeParseException e) {
      row.refuse(name, "is no time of the form 2026-01-31T00:00:00Z");
      return 0;
    }
  }
}
