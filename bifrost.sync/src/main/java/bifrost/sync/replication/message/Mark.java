package bifrost.sync.replication.message;

/**
 * How far somebody has got with what one node wrote: all of it up to these positions.
 *
 * <p>Positions are those of the origin's own logs in one of its lives; they grow with what it
 * writes and mean nothing elsewhere.
 *
 * @param node the origin's node id
 * @param epoch which of the origin's lives, 1 or more
 * @param changes the position in its log of configuration changes, 0 for nothing
 * @param counters the position in its ledger, 0 for nothing
 */
public record Mark(String node, long epoch, long changes, long counters) {
  /** Refuses what is out of bounds. */
  public Mark {
    Bounds.name("mark.node", node);
    Bounds.atLeast("mark.epoch", epoch, 1);
    Bounds.atLeast("mark.changes", changes, 0);
    Bounds.atLeast("mark.counters", counters, 0);
  }

  /** Whether this one says at least as much as the other, of the same node. */
  public boolean covers(Mark other) {
    return epoch > other.epoch
        || (epoch == other.epoch && changes >= other.changes && counters >= other.counters);
  }

  /** The least mark that covers both, of the same node. */
  public Mark join(Mark other) {
    if (epoch != other.epoch) {
      return epoch > other.epoch ? this : other;
    }
    return new Mark(
        node, epoch, Math.max(changes, other.changes), Math.max(counters, other.counters));
  }
}
