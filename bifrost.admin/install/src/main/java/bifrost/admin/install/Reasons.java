package bifrost.admin.install;

import java.io.IOException;
import org.osgi.framework.BundleException;

/** Says in one line why something failed. */
final class Reasons {
  private static final int MAX_LENGTH = 500;

  private Reasons() {}

  static String of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof BundleException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    boolean speaks = cause instanceof BundleException || cause instanceof IOException;
    String text = message == null || !speaks ? cause.toString() : message;
    text = text.replaceAll("\\s+", " ").strip();
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + " ...";
  }
}
