package bifrost.runtime.config.json;

import java.util.regex.Pattern;

/** Paths of values in a document, as {@code providers.openai.keys[0].weight}. */
public final class Paths {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_$-]+");
  private static final int LONGEST = 64;

  private Paths() {}

  /** The path of an object's member. */
  public static String member(String parent, String name) {
    if (!PLAIN.matcher(name).matches() || name.length() > LONGEST) {
      return parent + "[\"" + Shown.text(name) + "\"]";
    }
    return parent.isEmpty() ? name : parent + "." + name;
  }

  /** The path of an array's element. */
  public static String element(String parent, int index) {
    return parent + "[" + index + "]";
  }
}
