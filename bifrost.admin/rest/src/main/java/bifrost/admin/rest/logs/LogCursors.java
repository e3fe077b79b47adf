package bifrost.admin.rest.logs;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.storage.LogQuery;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Places among the logs as text that callers hand back unread. */
final class LogCursors {
  private static final int LONGEST = 2_048;

  private LogCursors() {}

  static String text(LogQuery.Cursor cursor) {
    String plain =
        "%d:%d:%d:%s".formatted(cursor.startMillis(), cursor.epoch(), cursor.seq(), cursor.node());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  static LogQuery.Cursor parse(String text) {
    try {
      if (text.length() <= LONGEST) {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        String[] parts = plain.split(":", 4);
        if (parts.length == 4 && parts[3].indexOf('\0') < 0) {
          return new LogQuery.Cursor(
              Math.clamp(Long.parseLong(parts[0]), 0L, 253_402_300_799_999L),
              parts[3],
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]));
        }
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new InvalidConfigException("cursor", "is no next_cursor of an earlier page");
  }
}
