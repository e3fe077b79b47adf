package bifrost.it.bench;

import java.nio.file.Path;

/**
 * How much is measured.
 *
 * @param rounds interleaved rounds of each throughput figure
 * @param seconds length of one run of wrk
 * @param streamRounds interleaved rounds of each stream figure
 * @param bursts how often streams are opened within a round
 * @param held streams that are held open
 * @param starts how often the gateway is started
 * @param out where the results go
 */
record Plan(int rounds, int seconds, int streamRounds, int bursts, int held, int starts, Path out) {
  static Plan of(String... arguments) {
    boolean quick = false;
    Path out = Path.of("target/bench");
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--out" -> out = Path.of(arguments[++i]);
        default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
      }
    }
    Path folder = out.toAbsolutePath().normalize();
    return quick ? new Plan(1, 1, 1, 3, 200, 1, folder) : new Plan(5, 4, 3, 20, 5000, 3, folder);
  }
}
