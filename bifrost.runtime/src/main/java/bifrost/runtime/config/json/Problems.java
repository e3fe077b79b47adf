package bifrost.runtime.config.json;

import bifrost.api.model.InvalidConfigException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a document, and what was left aside; bounded. Not safe for threads. */
public final class Problems {
  private static final int MOST = 20;
  private static final int LONGEST = 400;

  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private int errorCount;

  /**
   * One of them.
   *
   * @param path the value's path; empty for the whole document
   * @param message what is wrong and how to mend it
   */
  public record Problem(String path, String message) {
    @Override
    public String toString() {
      return path.isEmpty() ? message : path + ": " + message;
    }
  }

  /** Adds an error; beyond the first 20 they are only counted. */
  public void add(String path, String message) {
    errorCount++;
    if (errors.size() < MOST) {
      errors.add(new Problem(path, cut(message)));
    }
  }

  /** Adds a warning; beyond the first 20 they are dropped. */
  public void warn(String path, String message) {
    if (warnings.size() < MOST) {
      warnings.add(new Problem(path, cut(message)));
    }
  }

  /** Messages quote what was written, which may be long. */
  private static String cut(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "...";
  }

  /** How many errors there are. */
  public int count() {
    return errorCount;
  }

  /** The first errors. */
  public List<Problem> errors() {
    return List.copyOf(errors);
  }

  /** The warnings. */
  public List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Ends in an exception when there is any error.
   *
   * @param document what the document is called; empty where that is clear
   */
  public void throwIfAny(String document) {
    if (errorCount == 0) {
      return;
    }
    if (errorCount == 1) {
      Problem only = errors.get(0);
      throw new InvalidConfigException(
          only.path(), only.message() + (document.isEmpty() ? "" : " (in " + document + ")"));
    }
    StringBuilder text =
        new StringBuilder((document.isEmpty() ? "" : document + " has ") + errorCount + " errors:");
    errors.forEach(problem -> text.append("\n  ").append(problem));
    if (errorCount > errors.size()) {
      text.append("\n  and ").append(errorCount - errors.size()).append(" more");
    }
    throw new InvalidConfigException("", text.toString());
  }
}
