package bifrost.sync.replication.message;

import java.util.Collection;
import java.util.Objects;

/**
 * The bounds of every message. The records refuse what is out of them with an {@code
 * IllegalArgumentException} that names the field, so a decoder that builds records has checked its
 * input; it must bound the size of a frame before it decodes.
 */
public final class Bounds {
  /**
   * The largest encoded message, in bytes; a transport closes a link on which a larger one comes.
   */
  public static final int MAX_MESSAGE_BYTES = 4 << 20;

  /** The most entries of a batch of slots, marks, progress, versions or keys. */
  public static final int MAX_ENTRIES = 4_096;

  /** The most changes of configuration in a message. */
  public static final int MAX_CHANGES = 512;

  /** The longest content of one entity, in characters: what a store takes. */
  public static final int MAX_CONTENT = 1_000_000;

  /**
   * The most characters of content in a message together; a message with one change may have up to
   * {@link #MAX_CONTENT}.
   */
  public static final int MAX_BATCH_CONTENT = 262_144;

  /** The longest node id, region or cluster name, in characters. */
  public static final int MAX_NAME = 128;

  /** The longest address of a node, in characters: more than metadata of a member holds. */
  public static final int MAX_ADDRESS = 512;

  /** The longest id of an entity, in characters. */
  public static final int MAX_ENTITY_ID = 256;

  /** The longest label of a kind of entity, in characters. */
  public static final int MAX_TYPE = 64;

  /** The most capabilities of a node. */
  public static final int MAX_CAPABILITIES = 64;

  /** The longest capability, in characters. */
  public static final int MAX_CAPABILITY = 32;

  /** The most versions that a change says it has replaced. */
  public static final int MAX_REPLACED = 8;

  /** The most changes of which a member says that it could not take them. */
  public static final int MAX_REFUSALS = 256;

  /** By way of how many nodes the news of a repair goes. */
  public static final int MAX_HOPS = 8;

  /** The most buckets of a digest. */
  public static final int MAX_BUCKETS = 4_096;

  /** The longest reason or refusal, in characters. */
  public static final int MAX_REASON = 500;

  private Bounds() {}

  static String name(String field, String value) {
    return text(field, value, 1, MAX_NAME);
  }

  static String text(String field, String value, int least, int most) {
    Objects.requireNonNull(value, () -> field + " is null");
    if (value.length() < least || value.length() > most) {
      throw new IllegalArgumentException(
          "%s has %d characters, use %d to %d".formatted(field, value.length(), least, most));
    }
    return value;
  }

  static long atLeast(String field, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException("%s is %d, use %d or more".formatted(field, value, least));
    }
    return value;
  }

  static <C extends Collection<?>> C size(String field, C collection, int most) {
    if (collection.size() > most) {
      throw new IllegalArgumentException(
          "%s has %d entries, use at most %d".formatted(field, collection.size(), most));
    }
    return collection;
  }
}
