package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Diagnosis.Port;
import java.util.Map;

/**
 * How the members' ports look from each other.
 *
 * @param seen what each member says of each other one
 */
public record Reachability(Map<Route, Seen> seen) {
  /** So many tests in a row must fail before a port counts as closed. */
  static final int ENOUGH = 2;

  /** Copies the map. */
  public Reachability {
    seen = Map.copyOf(seen);
  }

  /** Who says it of whom. */
  public record Route(String from, String to) {}

  /** The result of the last tests of one port. */
  public record Result(Outcome outcome, int failures) {
    /** Nothing is known. */
    public static final Result NONE = new Result(Outcome.UNKNOWN, 0);

    boolean failed() {
      return outcome != Outcome.OPEN && outcome != Outcome.UNKNOWN && failures >= ENOUGH;
    }
  }

  /** Whether packets of another member arrived. */
  public enum Heard {
    /** It is not known, or none were to be expected. */
    UNKNOWN,
    /** They did. */
    YES,
    /** They were due and did not. */
    NO
  }

  /**
   * What one member says of another one.
   *
   * @param tcp its gossip port by TCP
   * @param udp its gossip port by UDP, there and back
   * @param replication its replication port
   * @param heard whether its packets arrive
   */
  public record Seen(Result tcp, Result udp, Result replication, Heard heard) {
    /** Nothing is known. */
    public static final Seen NOTHING =
        new Seen(Result.NONE, Result.NONE, Result.NONE, Heard.UNKNOWN);

    /** The result for a port. */
    public Result of(Port port) {
      return switch (port) {
        case GOSSIP_TCP -> tcp;
        case GOSSIP_UDP -> udp;
        case REPLICATION -> replication;
      };
    }
  }

  /** What one member says of another one. */
  Seen seen(String from, String to) {
    return seen.getOrDefault(new Route(from, to), Seen.NOTHING);
  }

  /** Whether packets of gossip arrive in one direction. */
  public Outcome direction(String from, String to) {
    return packets(from, to);
  }

  /** Whether a port can be used in one direction. */
  Outcome direction(String from, String to, Port port) {
    return port == Port.GOSSIP_UDP ? packets(from, to) : connections(from, to, port);
  }

  private Outcome connections(String from, String to, Port port) {
    Result result = seen(from, to).of(port);
    if (result.outcome() == Outcome.OPEN) {
      return Outcome.OPEN;
    }
    return result.failed() && result.outcome() != Outcome.TLS_MISMATCH
        ? Outcome.CLOSED
        : Outcome.UNKNOWN;
  }

  /**
   * A ping by packet needs both directions. When it is not answered, the other side knows whether
   * it arrived: then it is the answer that is lost.
   */
  private Outcome packets(String from, String to) {
    if (seen(from, to).udp().outcome() == Outcome.OPEN) {
      return Outcome.OPEN;
    }
    Heard arrived = seen(to, from).heard();
    if (arrived == Heard.YES) {
      return Outcome.OPEN;
    }
    if (!seen(from, to).udp().failed()) {
      return Outcome.UNKNOWN;
    }
    if (arrived == Heard.NO) {
      return Outcome.CLOSED;
    }
    // The other side does not say. When its packets arrive here, the way back is open.
    return seen(from, to).heard() == Heard.YES ? Outcome.CLOSED : Outcome.UNKNOWN;
  }
}
