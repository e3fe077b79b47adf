package bifrost.runtime.snapshot;

import bifrost.runtime.snapshot.codec.EntityCodec;

/**
 * What the boot hands over once the configuration is in memory; registered as a service, for the
 * snapshot's owner and for whoever stores rows.
 *
 * @param snapshot the configuration as it was loaded
 * @param clock makes versions of this node
 * @param codec turns entities into rows
 */
public record LoadedSnapshot(MapSnapshot snapshot, HybridClock clock, EntityCodec codec) {}
