package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.Versions;
import java.net.InetSocketAddress;

/**
 * A member as the protocol knows it at one moment.
 *
 * @param name its name, unique in the cluster
 * @param address where its gossip is reached
 * @param meta what it says of itself; not to be changed
 * @param versions what it speaks
 * @param incarnation the version of the state
 * @param state what is believed of it
 * @param changedAt when the state changed, by the scheduler's clock
 */
public record MemberRecord(
    String name,
    InetSocketAddress address,
    byte[] meta,
    Versions versions,
    long incarnation,
    Liveness state,
    long changedAt) {}
