/** Discovery by Consul: this node's registration, and the nodes of all federated data centres. */
package bifrost.discovery.consul;
