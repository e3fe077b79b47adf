package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
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

  private record Stamp(FileTime modified, long size) {}

  /**
   * Starts to watch a file as it is now.
   *
   * @param reader reads it, or throws {@link InvalidConfigException}
   * @param taker takes what was read
   */
  ConfigWatch(Path file, Function<Path, ConfigFile> reader, Consumer<ConfigFile> taker) {
    this.file = file;
    this.reader = reader;
    this.taker = taker;
    Stamp first = stamp();
    this.thread = Thread.ofVirtual().name("bifrost-config-watch").start(() -> watch(first));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch(Stamp first) {
    Stamp taken = first;
    Stamp seen = first;
    try {
      while (true) {
        Thread.sleep(PAUSE);
        Stamp now = stamp();
        if (now != null && now.equals(seen) && !now.equals(taken)) {
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

  private Stamp stamp() {
    try {
      return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
    } catch (IOException e) {
      return null; // it is being replaced, or gone: what was taken stays
    }
  }
}
