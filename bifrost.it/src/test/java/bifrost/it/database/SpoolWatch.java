package bifrost.it.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Looks at the files of a journal all the time, and keeps the most that it saw. */
final class SpoolWatch implements AutoCloseable {
  private static final long LOOK_NANOS = 50_000_000L;

  private final Path journal;
  private final Thread thread;
  private volatile boolean closed;
  private volatile Size since = Size.NOTHING;
  private volatile Size most = Size.NOTHING;

  SpoolWatch(Path journal) {
    this.journal = journal;
    this.thread = Thread.ofPlatform().daemon().name("spool-watch").start(this::run);
  }

  /** Bytes on disk. */
  record Size(long accounting, long payload, long total) {
    static final Size NOTHING = new Size(0, 0, 0);

    double accountingMib() {
      return accounting / 1048576.0;
    }

    double payloadMib() {
      return payload / 1048576.0;
    }

    double totalMib() {
      return total / 1048576.0;
    }

    private Size most(Size other) {
      return new Size(
          Math.max(accounting, other.accounting),
          Math.max(payload, other.payload),
          Math.max(total, other.total));
    }

    private Size plus(String name, long bytes) {
      return new Size(
          accounting + (name.startsWith("accounting-") ? bytes : 0),
          payload + (name.startsWith("payload-") ? bytes : 0),
          total + bytes);
    }
  }

  /** The most of each, from the beginning. */
  Size most() {
    return most;
  }

  /** The most of each since it was asked last. */
  Size mostSinceLast() {
    Size answer = since;
    since = look();
    return answer.most(since);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }

  private void run() {
    while (!closed) {
      Size now = look();
      most = most.most(now);
      since = since.most(now);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private Size look() {
    try (Stream<Path> files = Files.walk(journal)) {
      Size size = Size.NOTHING;
      for (Path file : files.toList()) {
        size = size.plus(file.getFileName().toString(), bytes(file));
      }
      return size;
    } catch (IOException | UncheckedIOException e) {
      return Size.NOTHING; // a file went away in between
    }
  }

  private static long bytes(Path file) throws IOException {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
