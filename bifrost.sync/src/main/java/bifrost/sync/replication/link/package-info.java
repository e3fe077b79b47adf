/**
 * The seam between the replication engine and what carries its messages: {@link
 * bifrost.sync.replication.link.Links} opens and accepts {@link bifrost.sync.replication.link.Link
 * links}, {@link bifrost.sync.replication.link.LinkListener} is told of them. gRPC implements it,
 * and so does a simulated network in the tests.
 */
package bifrost.sync.replication.link;
