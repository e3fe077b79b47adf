/**
 * Replication's transport: gRPC over TCP, by the contract in {@code
 * src/main/proto/bifrost/replication/v1}. {@link bifrost.sync.replication.grpc.GrpcLinks} is where
 * it starts.
 */
package bifrost.sync.replication.grpc;
