/** Discovery by multicast DNS (DNS-SD), for development and small networks. */
package bifrost.discovery.lan.mdns;
