/**
 * What two nodes say to each other over a link: {@link
 * bifrost.sync.replication.message.SyncMessage} and its bounds. Values only; a transport turns them
 * into frames and back.
 */
package bifrost.sync.replication.message;
