package bifrost.it.cluster;

import java.util.List;

/**
 * How some times are spread, in milliseconds.
 *
 * @param count how many there are
 * @param p50 half of them are not longer
 * @param p99 99 of 100 are not longer
 * @param most the longest
 */
record Spread(int count, double p50, double p99, double most) {
  static Spread ofNanos(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return new Spread(
        sorted.size(), millis(sorted, 0.5), millis(sorted, 0.99), millis(sorted, 1.0));
  }

  private static double millis(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.isEmpty() ? Double.NaN : sorted.get(Math.max(0, index)) / 1e6;
  }

  @Override
  public String toString() {
    return "p50 %.0f ms, p99 %.0f ms, most %.0f ms of %d".formatted(p50, p99, most, count);
  }
}
