package bifrost.sync.membership.wire;

/**
 * The versions of the protocol, and of the application on top of it, that a node speaks.
 *
 * @param min the oldest protocol that it understands
 * @param max the newest one; tells what else it can do
 * @param current the one that it speaks
 * @param appMin the oldest application protocol
 * @param appMax the newest one
 * @param appCurrent the one that it speaks
 */
public record Versions(int min, int max, int current, int appMin, int appMax, int appCurrent) {
  /** What this implementation speaks; the same as the library's default. */
  public static final Versions OURS = new Versions(1, 5, 2, 0, 0, 0);

  /** Of a node that did not say. */
  public static final Versions NONE = new Versions(0, 0, 0, 0, 0, 0);

  /** Whether it answers pings over TCP. */
  public boolean tcpPing() {
    return max >= 3;
  }

  /** Whether it sends nacks. */
  public boolean nack() {
    return max >= 4;
  }

  /** Whether it understands checksums. */
  public boolean checksum() {
    return max >= 5;
  }

  /** Whether the numbers make sense. */
  public boolean valid() {
    return min > 0 && min <= max && appMin <= appMax;
  }

  /** Whether both speak something that the other understands. */
  public boolean compatible(Versions other) {
    return current >= other.min
        && current <= other.max
        && other.current >= min
        && other.current <= max
        && appCurrent >= other.appMin
        && appCurrent <= other.appMax
        && other.appCurrent >= appMin
        && other.appCurrent <= appMax;
  }

  byte[] toBytes() {
    return new byte[] {
      (byte) min, (byte) max, (byte) current, (byte) appMin, (byte) appMax, (byte) appCurrent
    };
  }

  static Versions of(byte[] bytes) {
    if (bytes.length < 6) {
      return NONE;
    }
    return new Versions(
        bytes[0] & 0xff,
        bytes[1] & 0xff,
        bytes[2] & 0xff,
        bytes[3] & 0xff,
        bytes[4] & 0xff,
        bytes[5] & 0xff);
  }
}
