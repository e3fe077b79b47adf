package bifrost.runtime.config.json;

/** Paths of values in a document, as {@code providers.openai.keys[0].weight}. */
public final class Paths {
  private static final int LONGEST = 64;

  private Paths() {}

  /** The path of an object's member. */
  public static String member(String parent, String name) {
    if (!isPlain(name)) {
      return parent + "[\"" + Shown.text(name) + "\"]";
    }
    return parent.isEmpty() ? name : parent + "." + name;
  }

  /** The path of an array's element. */
  public static String element(String parent, int index) {
    return parent + "[" + index + "]";
  }

  /** Called for every member of every row of a boot, where a regular expression takes its time. */
  private static boolean isPlain(String name) {
    if (name.isEmpty() || name.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '_'
              || c == '$'
              || c == '-';
      if (!plain) {
        return false;
      }
    }
    return true;
  }
}
