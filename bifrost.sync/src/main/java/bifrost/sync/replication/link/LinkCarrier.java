package bifrost.sync.replication.link;

/**
 * A membership whose members are reached by the same way that made them known, and not by an
 * address of their own. Implemented beside {@link bifrost.api.cluster.Membership}, used by the
 * component of replication.
 */
public interface LinkCarrier {
  /** Links by that way, for one engine; those of an earlier one have been closed. */
  Links links();

  /** What stands for the address of replication. */
  String address();
}
