package bifrost.api.model;

/**
 * A configuration that cannot be used: its author has to change it.
 *
 * <p>The message names the full path of the field, its value unless that may be secret, and the
 * fix.
 */
public final class InvalidConfigException extends BifrostException {
  private static final long serialVersionUID = 1L;

  private final String path;

  /**
   * For a field at fault.
   *
   * @param path where it is, for example {@code providers.openai.keys[0].weight}
   * @param message what is wrong with it and how to mend it
   */
  public InvalidConfigException(String path, String message) {
    super(path.isEmpty() ? message : path + ": " + message);
    this.path = path;
  }

  /** The full path of the field at fault; empty when it is the whole. */
  public String path() {
    return path;
  }
}
