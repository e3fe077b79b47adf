package bifrost.admin.rest.frame;

import bifrost.api.snapshot.Version;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions as entity tags: {@code "time-node"}, the time in hexadecimal digits. */
public final class EntityTags {
  private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

  private EntityTags() {}

  /** The tag of a version. */
  public static String of(Version version) {
    return "\"%s-%s\"".formatted(Long.toHexString(version.time()), version.node());
  }

  /** A version as it stands in a body: the tag without its quotation marks. */
  public static String bare(Version version) {
    String tag = of(version);
    return tag.substring(1, tag.length() - 1);
  }

  /**
   * Whether a list of tags, or {@code *}, holds a tag; one without quotation marks is taken too.
   */
  public static boolean matches(String list, String tag) {
    if (list.strip().equals("*") || tag.equals('"' + list.strip() + '"')) {
      return true;
    }
    Matcher matcher = TAG.matcher(list);
    while (matcher.find()) {
      if (matcher.group(1).equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
