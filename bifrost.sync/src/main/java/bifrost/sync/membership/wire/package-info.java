/**
 * The bytes of the memberlist protocol: messages in MessagePack, packets, streams, encryption,
 * compression. No state, no I/O but reading a stream that was handed in; every size that a peer
 * sends is bounded by {@link bifrost.sync.membership.wire.WireLimits}.
 */
package bifrost.sync.membership.wire;
