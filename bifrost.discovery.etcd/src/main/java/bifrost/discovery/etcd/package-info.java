/**
 * Discovery by etcd: this node is a key with a lease, its peers are the keys beside it. Start at
 * {@link bifrost.discovery.etcd.EtcdSession}.
 */
package bifrost.discovery.etcd;
