package bifrost.runtime.journal.spool;

import bifrost.api.journal.JournalStream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment's file: {@code accounting-FIRST-N.seg}, where N tells apart segments that
 * begin at the same record, or {@code accounting-FIRST-LAST.fold}.
 *
 * @param stream the stream
 * @param firstSeq the first sequence number that it stands for
 * @param number N or LAST
 * @param fold whether it holds what is left of other segments
 */
record SegmentName(JournalStream stream, long firstSeq, long number, boolean fold) {
  /** The end of the name of a fold that is not complete. */
  static final String INCOMPLETE = ".tmp";

  private static final Pattern FORM =
      Pattern.compile("(config|accounting|payload)-([0-9]{19})-([0-9]{19})\\.(seg|fold)");

  static Optional<SegmentName> parse(String name) {
    Matcher matcher = FORM.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SegmentName(
              JournalStream.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3)),
              matcher.group(4).equals("fold")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  static boolean isFold(String name) {
    return name.endsWith(".fold");
  }

  /** Whether this fold holds what is left of the other one. */
  boolean replaces(SegmentName other) {
    return fold
        && stream == other.stream
        && !equals(other)
        && other.firstSeq >= firstSeq
        && other.firstSeq <= number
        && (!other.fold || other.number <= number);
  }

  @Override
  public String toString() {
    return "%s-%019d-%019d.%s".formatted(stream.label(), firstSeq, number, fold ? "fold" : "seg");
  }
}
