package bifrost.it.database;

import bifrost.it.database.OpenLoad.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What was measured in turns: for each kind of slice one result a round. */
final class Rounds {
  private final Map<String, List<Result>> slices = new LinkedHashMap<>();

  /** Adds the slice of a round. */
  void add(String kind, Result result) {
    slices.computeIfAbsent(kind, key -> new ArrayList<>()).add(result);
  }

  /** All requests of a kind together. */
  Result all(String kind) {
    return Result.of(slices.get(kind));
  }

  /** How many rounds there were. */
  int count(String kind) {
    return slices.get(kind).size();
  }

  /** The median over the rounds of a kind's 99th percentile, in microseconds. */
  double p99(String kind) {
    return percentile(p99s(kind), 50);
  }

  /** The median p99 of a kind by that of another. */
  double ratio(String kind, String base) {
    return p99(kind) / p99(base);
  }

  /** The same round by round, a percentile of it: how far the rounds are apart. */
  double ratio(String kind, String base, double percent) {
    double[] ours = p99s(kind);
    double[] theirs = p99s(base);
    return percentile(
        IntStream.range(0, Math.min(ours.length, theirs.length))
            .mapToDouble(i -> ours[i] / theirs[i])
            .toArray(),
        percent);
  }

  private double[] p99s(String kind) {
    return slices.get(kind).stream().mapToDouble(slice -> slice.percentile(99)).toArray();
  }

  /** Linear between two values. */
  private static double percentile(double[] values, double percent) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    double at = percent / 100 * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
