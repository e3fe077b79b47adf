package bifrost.it.bench;

import java.util.Locale;

/** How a call ends, and what its upstream has reported by then. */
enum Ending {
  /** A stream with its usage and its end. */
  WHOLE(Truth.REPORTED, true),
  /** An answer that is not streamed. */
  PLAIN(Truth.REPORTED, false),
  /** The client resets its connection before any usage. */
  ABORTED(Truth.UNKNOWN, true),
  /** The client resets its connection after usage and more content. */
  ABORTED_AFTER_USAGE(Truth.REPORTED, true),
  /** The upstream closes amid the stream. */
  CUT(Truth.UNKNOWN, true),
  CUT_AFTER_USAGE(Truth.REPORTED, true),
  /** The upstream resets amid the stream. */
  RESET(Truth.UNKNOWN, true),
  RESET_AFTER_USAGE(Truth.REPORTED, true),
  /** The upstream falls silent amid the stream, until the gateway's patience ends. */
  STALLED(Truth.UNKNOWN, true),
  STALLED_AFTER_USAGE(Truth.REPORTED, true),
  /** The upstream reports an error within the stream. */
  ERROR(Truth.UNKNOWN, true),
  ERROR_AFTER_USAGE(Truth.REPORTED, true),
  /** The upstream never answers. */
  SILENT(Truth.UNKNOWN, true),
  /** The upstream closes before it answers. */
  CLOSED(Truth.UNKNOWN, true),
  /** The upstream refuses: it does not bill. */
  REFUSED(Truth.UNBILLED, true);

  /** What is known of what the upstream bills. */
  enum Truth {
    /** It has told the usage. */
    REPORTED,
    /** It may bill, and has told nothing. */
    UNKNOWN,
    /** It bills nothing. */
    UNBILLED
  }

  private final Truth truth;
  private final boolean stream;

  Ending(Truth truth, boolean stream) {
    this.truth = truth;
    this.stream = stream;
  }

  Truth truth() {
    return truth;
  }

  boolean stream() {
    return stream;
  }

  /** Whether the client resets its connection amid the answer. */
  boolean aborted() {
    return this == ABORTED || this == ABORTED_AFTER_USAGE;
  }

  /** The model that ends like this. */
  String model() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The provider that has the patience for it. */
  String provider() {
    return switch (this) {
      case STALLED, STALLED_AFTER_USAGE, SILENT -> "impatient";
      default -> "openai";
    };
  }
}
