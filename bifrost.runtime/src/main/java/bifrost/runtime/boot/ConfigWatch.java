package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the configuration file changed, and hands a changed one over once it has been the
 * same for two looks. A file that cannot be used is reported once and changes nothing.
 */
final class ConfigWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Path file;
  private final Function<Path, ConfigFile> reader;
  private final Consumer<ConfigFile> taker;
  private final Thread thread;

  /** By what a version of the file is known; none while the file is being replaced, or gone. */
  record Stamp(Optional<FileTime> modified, long size) {
    static Stamp of(Path file) {
      try {
        return new Stamp(Optional.of(Files.getLastModifiedTime(file)), Files.size(file));
      } catch (IOException e) {
        return new Stamp(Optional.empty(), 0);
      }
    }
  }

  /**
   * Starts to watch a file.
   *
   * @param known the version in use, stamped before it was read: what changed since is taken
   * @param reader reads it, or throws {@link InvalidConfigException}
   * @param taker takes what was read
   */
  ConfigWatch(
      Path file, Stamp known, Function<Path, ConfigFile> reader, Consumer<ConfigFile> taker) {
    this.file = file;
    this.reader = reader;
    this.taker = taker;
    this.thread = Thread.ofVirtual().name("bifrost-config-watch").start(() -> watch(known));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch(Stamp known) {
    Stamp taken = known;
    Stamp seen = known;
    try {
      while (true) {
        Thread.sleep(PAUSE);
        Stamp now = Stamp.of(file);
        if (now.modified().isPresent() && now.equals(seen) && !now.equals(taken)) {
          taken = now;
          take();
        }
        seen = now;
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void take() {
    try {
      taker.accept(reader.apply(file));
    } catch (InvalidConfigException e) {
      LOG.warn("{} changed and cannot be used; all stays as it was: {}", file, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{} changed and was not taken", file, e);
    }
  }
}
