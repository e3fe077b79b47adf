package bifrost.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says of some processes: CPU time and memory, summed. */
final class ProcStat {
  private static final double TICKS_PER_SECOND = 100;

  private final List<Long> pids;

  ProcStat(List<Long> pids) {
    this.pids = pids;
  }

  /** CPU seconds used so far, user and system. */
  double cpuSeconds() {
    long ticks = 0;
    for (long pid : pids) {
      String stat = read(Path.of("/proc/" + pid + "/stat"));
      // the name in parentheses may contain anything; user and system time are fields 14 and 15
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Resident memory in MiB. */
  double residentMib() {
    long kib = 0;
    for (long pid : pids) {
      kib +=
          read(Path.of("/proc/" + pid + "/status"))
              .lines()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
    }
    return kib / 1024.0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
