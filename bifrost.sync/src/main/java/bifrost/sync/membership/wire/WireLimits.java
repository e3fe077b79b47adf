package bifrost.sync.membership.wire;

/**
 * The most that a peer may send.
 *
 * @param packet bytes of a packet after decompression
 * @param stream bytes of a stream's message, encrypted, and again after decompression
 * @param members members in one push/pull
 * @param messages messages in one packet
 * @param name bytes of a member's name
 * @param meta bytes of a member's metadata
 * @param userState bytes of the application's state in a push/pull (read and thrown away)
 * @param nesting how deep compound and compressed messages may be nested
 */
public record WireLimits(
    int packet,
    int stream,
    int members,
    int messages,
    int name,
    int meta,
    int userState,
    int nesting) {
  /** What the protocol's library allows for metadata. */
  public static final int META = 512;

  /** The limits of the product. */
  public static final WireLimits DEFAULT =
      new WireLimits(64 << 10, 4 << 20, 4_096, 512, 255, META, 64 << 10, 3);
}
