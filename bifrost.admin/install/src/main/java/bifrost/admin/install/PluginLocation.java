package bifrost.admin.install;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The location under which a version of a plugin is installed.
 *
 * <p>It says everything the installer must know of the bundle, so that a restarted installer finds
 * its plugins again, and is never used twice: installing under a known location would return the
 * old bundle.
 *
 * @param file the file it was read from
 * @param generation grows with each installation
 * @param stamp the file's content at that time
 */
record PluginLocation(Path file, long generation, FileStamp stamp) {
  private static final String SCHEME = "plugin:";

  /** Reads a bundle's location; empty when it is not one of ours. */
  static Optional<PluginLocation> parse(String location) {
    int question = location.lastIndexOf('?');
    if (!location.startsWith(SCHEME) || question < 0) {
      return Optional.empty();
    }
    String[] numbers = location.substring(question + 1).split("-", -1);
    if (numbers.length != 3) {
      return Optional.empty();
    }
    try {
      String path = location.substring(SCHEME.length(), question);
      return Optional.of(
          new PluginLocation(
              Path.of(URLDecoder.decode(path, StandardCharsets.UTF_8)),
              Long.parseLong(numbers[0]),
              new FileStamp(Long.parseLong(numbers[1]), Long.parseLong(numbers[2]))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The text; the path is encoded, so that File Install does not take the bundle for its own. */
  @Override
  public String toString() {
    String path = URLEncoder.encode(file.toString(), StandardCharsets.UTF_8);
    return "%s%s?%d-%d-%d".formatted(SCHEME, path, generation, stamp.modified(), stamp.size());
  }
}
