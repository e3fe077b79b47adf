/**
 * Mutual TLS between nodes: certificates from files that are read again when they change, who a
 * peer may be by its certificate, and why one is refused in words for an operator.
 */
package bifrost.sync.replication.tls;
