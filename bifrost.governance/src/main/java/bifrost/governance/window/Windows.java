package bifrost.governance.window;

import bifrost.api.snapshot.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Which window a time lies in: a pure function of the limit's row and the time, so nodes agree
 * without messages and a clock that steps back finds the window that it left.
 *
 * <p>All arithmetic is in UTC. Windows of seconds, minutes and hours always roll from the anchor,
 * and so do all others unless they are aligned. Rolling days and weeks are fixed lengths; rolling
 * months and years are counted from the anchor in one step, so an anchor on the 31st gives the last
 * day of shorter months and the 31st again of longer ones. Aligned windows are counted from a fixed
 * point, so that every limit of the same length starts them together: days from 1970-01-01, weeks
 * from Monday 1970-01-05, months and years from the year 0.
 */
public final class Windows {
  /** Anchors and times are taken to lie between 1970 and this, the end of the year 9999. */
  private static final long LATEST = 253_402_300_799_999L;

  private static final long DAY = 86_400_000L;
  private static final long FIRST_MONDAY = LocalDate.of(1970, 1, 5).toEpochDay();

  private Windows() {}

  /**
   * The window that a time lies in.
   *
   * @param window the length
   * @param aligned whether windows of a day and longer follow the calendar
   * @param anchorMillis where rolling windows start
   * @param nowMillis the time
   */
  public static Period at(Window window, boolean aligned, long anchorMillis, long nowMillis) {
    long now = clamp(nowMillis);
    long anchor = clamp(anchorMillis);
    return switch (window.unit()) {
      case SECOND -> lattice(anchor, window.count() * 1_000L, now);
      case MINUTE -> lattice(anchor, window.count() * 60_000L, now);
      case HOUR -> lattice(anchor, window.count() * 3_600_000L, now);
      case DAY -> lattice(aligned ? 0 : anchor, window.count() * DAY, now);
      case WEEK -> lattice(aligned ? FIRST_MONDAY * DAY : anchor, window.count() * 7 * DAY, now);
      case MONTH -> aligned ? months(window.count(), now) : rolling(anchor, window.count(), now);
      case YEAR ->
          aligned ? months(window.count() * 12L, now) : rolling(anchor, window.count() * 12L, now);
    };
  }

  /**
   * How many windows lie between two times: 0 when they lie in the same one, negative when the
   * second is in an earlier one.
   */
  public static long between(
      Window window, boolean aligned, long anchorMillis, long fromMillis, long toMillis) {
    long from = at(window, aligned, anchorMillis, fromMillis).startMillis();
    long to = at(window, aligned, anchorMillis, toMillis).startMillis();
    return switch (window.unit()) {
      case SECOND -> (to - from) / (window.count() * 1_000L);
      case MINUTE -> (to - from) / (window.count() * 60_000L);
      case HOUR -> (to - from) / (window.count() * 3_600_000L);
      case DAY -> (to - from) / (window.count() * DAY);
      case WEEK -> (to - from) / (window.count() * 7 * DAY);
      case MONTH -> monthsBetween(from, to, window.count());
      case YEAR -> monthsBetween(from, to, window.count() * 12L);
    };
  }

  private static Period lattice(long origin, long length, long now) {
    long start = origin + Math.floorDiv(now - origin, length) * length;
    return new Period(start, start + length);
  }

  private static Period months(long count, long now) {
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(now, DAY));
    long first = Math.floorDiv(day.getYear() * 12L + day.getMonthValue() - 1, count) * count;
    return new Period(firstOfMonth(first), firstOfMonth(first + count));
  }

  private static long firstOfMonth(long month) {
    return LocalDate.of(
                Math.toIntExact(Math.floorDiv(month, 12L)), (int) Math.floorMod(month, 12L) + 1, 1)
            .toEpochDay()
        * DAY;
  }

  private static Period rolling(long anchorMillis, long count, long now) {
    LocalDateTime anchor = utc(anchorMillis);
    long step = Math.floorDiv(ChronoUnit.MONTHS.between(anchor, utc(now)), count);
    while (boundary(anchor, step, count) > now) {
      step--;
    }
    while (boundary(anchor, step + 1, count) <= now) {
      step++;
    }
    return new Period(boundary(anchor, step, count), boundary(anchor, step + 1, count));
  }

  private static long boundary(LocalDateTime anchor, long step, long count) {
    return anchor.plusMonths(step * count).toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  /** A boundary lies in the month that it was counted to, on whichever day that month allows. */
  private static long monthsBetween(long from, long to, long count) {
    LocalDate a = utc(from).toLocalDate();
    LocalDate b = utc(to).toLocalDate();
    long months = (b.getYear() - a.getYear()) * 12L + b.getMonthValue() - a.getMonthValue();
    return months / count;
  }

  private static LocalDateTime utc(long millis) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
  }

  private static long clamp(long millis) {
    return Math.clamp(millis, 0, LATEST);
  }
}
