package bifrost.governance.price;

import bifrost.api.model.InvalidConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the catalogue from where the configuration says. While that cannot be read, what was read
 * before stays, or the catalogue that is shipped.
 */
public final class PriceSource {
  private static final Logger LOG = LoggerFactory.getLogger(PriceSource.class);
  private static final int TIMEOUT_MILLIS = 10_000;

  private final String location;
  private Catalogue last;
  private boolean failed;

  /**
   * A source.
   *
   * @param location a file or URL; empty for the catalogue that is shipped
   */
  public PriceSource(String location) {
    this.location = location;
  }

  /** Whether there is anything to read again. */
  public boolean changes() {
    return !location.isEmpty();
  }

  /** Whether it is a file, which is read at once. */
  public boolean isFile() {
    return changes() && !location.startsWith("http://") && !location.startsWith("https://");
  }

  /**
   * A book with the newest catalogue and the overrides of another book. May block for some seconds;
   * one thread at a time.
   */
  public PriceBook refresh(PriceBook book) {
    if (!changes()) {
      return book;
    }
    try {
      Catalogue read = read();
      if (last == null || failed || !last.version().equals(read.version())) {
        LOG.info("prices: version '{}' read from {}", read.version(), shown());
      }
      last = read;
      failed = false;
    } catch (IOException | InvalidConfigException | IllegalArgumentException e) {
      if (!failed) {
        failed = true;
        LOG.warn(
            "prices: {} cannot be used ({}); version '{}' stays in force",
            shown(),
            e.getMessage(),
            book.version());
      }
    }
    return last == null ? book : book.with(last);
  }

  private Catalogue read() throws IOException {
    try (InputStream in = open()) {
      return CatalogueReader.read(in);
    }
  }

  private InputStream open() throws IOException {
    if (isFile()) {
      return Files.newInputStream(
          location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location));
    }
    URLConnection connection = URI.create(location).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection.getInputStream();
  }

  /** The location without anything that may be a credential. */
  private String shown() {
    int query = location.indexOf('?');
    String shown = query < 0 ? location : location.substring(0, query);
    return shown.replaceFirst("//[^/@]*@", "//");
  }
}
