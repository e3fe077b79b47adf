package bifrost.admin.rest.logs;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Operation;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogFilter.Range;
import bifrost.api.storage.LogQuery;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The parameters of a question for logs; what is not known is refused by name. */
final class LogParameters {
  private static final Duration USUAL_RANGE = Duration.ofDays(1);
  private static final Duration LONGEST_RANGE = Duration.ofDays(366);
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final int USUAL_LIMIT = 50;
  private static final int LONGEST_VALUE = 1_024;
  private static final Set<String> FILTERS =
      Set.of(
          "start_time",
          "end_time",
          "providers",
          "models",
          "objects",
          "status",
          "virtual_key_ids",
          "team_ids",
          "customer_ids",
          "error_types",
          "min_latency",
          "max_latency",
          "min_tokens",
          "max_tokens",
          "min_cost",
          "max_cost");
  private static final Set<String> PAGING = Set.of("limit", "cursor");
  private static final Map<String, String> REFUSED =
      Map.of(
          "offset", "is not offered: send next_cursor of the page before as cursor",
          "content_search", "is not offered: contents are not searched",
          "sort_by", "is not offered: the newest come first",
          "order", "is not offered: the newest come first");

  private final Map<String, String> query;

  private LogParameters(Map<String, String> query) {
    this.query = query;
  }

  /** The page that is asked for. */
  static LogQuery page(Map<String, String> query, Instant now) {
    requireKnown(query, true);
    LogParameters parameters = new LogParameters(query);
    return new LogQuery(parameters.filter(now), parameters.cursor(), parameters.limit());
  }

  /** The filter alone. */
  static LogFilter filter(Map<String, String> query, Instant now) {
    requireKnown(query, false);
    return new LogParameters(query).filter(now);
  }

  private static void requireKnown(Map<String, String> query, boolean paged) {
    for (Map.Entry<String, String> parameter : query.entrySet()) {
      String name = parameter.getKey();
      if (REFUSED.containsKey(name)) {
        throw new InvalidConfigException(name, REFUSED.get(name));
      }
      if (!FILTERS.contains(name) && !(paged && PAGING.contains(name))) {
        Set<String> known = new TreeSet<>(FILTERS);
        known.addAll(paged ? PAGING : Set.of());
        throw new InvalidConfigException(
            name.length() > 64 ? name.substring(0, 64) : name,
            "is not known, use " + String.join(", ", known));
      }
      if (parameter.getValue().length() > LONGEST_VALUE * LogFilter.MOST_VALUES
          || parameter.getValue().indexOf('\0') >= 0) {
        throw new InvalidConfigException(name, "is too long, or has a character 0");
      }
    }
  }

  private LogFilter filter(Instant now) {
    Instant until = time("end_time").orElse(now.plusMillis(1));
    Instant from = time("start_time").orElse(until.minus(USUAL_RANGE));
    if (!from.isBefore(until)) {
      throw new InvalidConfigException("start_time", "is %s, not before %s".formatted(from, until));
    }
    if (Duration.between(from, until).compareTo(LONGEST_RANGE) > 0) {
      throw new InvalidConfigException(
          "start_time",
          "is more than %d days before end_time, ask for less".formatted(LONGEST_RANGE.toDays()));
    }
    return new LogFilter(
        from.toEpochMilli(),
        until.toEpochMilli(),
        operations(),
        texts("providers"),
        texts("models"),
        texts("virtual_key_ids"),
        texts("team_ids"),
        texts("customer_ids"),
        texts("error_types"),
        succeeded(),
        range("latency", 1_000),
        range("tokens", 1),
        range("cost", 1_000_000_000));
  }

  private Optional<Instant> time(String name) {
    String text = query.get(name);
    if (text == null) {
      return Optional.empty();
    }
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(Instant.EPOCH) && time.isBefore(LAST)) {
        return Optional.of(Instant.ofEpochMilli(time.toEpochMilli()));
      }
    } catch (DateTimeException e) {
      // said below
    }
    throw new InvalidConfigException(name, "is no time of the form 2026-01-31T00:00:00Z");
  }

  private Set<String> texts(String name) {
    String text = query.get(name);
    if (text == null) {
      return Set.of();
    }
    Set<String> values = new LinkedHashSet<>(Arrays.asList(text.split(",", -1)));
    if (values.size() > LogFilter.MOST_VALUES) {
      throw new InvalidConfigException(
          name, "has %d values, at most %d".formatted(values.size(), LogFilter.MOST_VALUES));
    }
    return values;
  }

  private Set<Operation> operations() {
    Set<Operation> operations = new HashSet<>();
    for (String label : texts("objects")) {
      List<Operation> found =
          Arrays.stream(Operation.values()).filter(o -> o.label().equals(label)).toList();
      if (found.isEmpty()) {
        throw new InvalidConfigException(
            "objects",
            "holds what is none of "
                + Arrays.stream(Operation.values())
                    .map(Operation::label)
                    .collect(Collectors.joining(", ")));
      }
      operations.addAll(found);
    }
    return operations;
  }

  private Optional<Boolean> succeeded() {
    List<Boolean> wanted = new ArrayList<>();
    for (String status : texts("status")) {
      switch (status) {
        case "success" -> wanted.add(true);
        case "error" -> wanted.add(false);
        default -> throw new InvalidConfigException("status", "is neither success nor error");
      }
    }
    return wanted.size() == 1 ? Optional.of(wanted.getFirst()) : Optional.empty();
  }

  private Range range(String name, long unit) {
    return new Range(
        number("min_" + name, unit, RoundingMode.CEILING).orElse(Long.MIN_VALUE),
        number("max_" + name, unit, RoundingMode.FLOOR).orElse(Long.MAX_VALUE));
  }

  private Optional<Long> number(String name, long unit, RoundingMode rounding) {
    String text = query.get(name);
    if (text == null) {
      return Optional.empty();
    }
    try {
      if (text.matches("[0-9]{1,15}(\\.[0-9]{1,15})?")) {
        return Optional.of(
            new BigDecimal(text)
                .multiply(BigDecimal.valueOf(unit))
                .setScale(0, rounding)
                .longValueExact());
      }
    } catch (ArithmeticException e) {
      // too large, which is said below
    }
    throw new InvalidConfigException(name, "is no number from 0 on that is taken here");
  }

  private int limit() {
    String text = query.get("limit");
    if (text == null) {
      return USUAL_LIMIT;
    }
    if (text.matches("[0-9]{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LogQuery.MOST_LOGS) {
        return limit;
      }
    }
    throw new InvalidConfigException("limit", "is no number from 1 to " + LogQuery.MOST_LOGS);
  }

  private Optional<LogQuery.Cursor> cursor() {
    String text = query.get("cursor");
    return text == null ? Optional.empty() : Optional.of(LogCursors.parse(text));
  }
}
