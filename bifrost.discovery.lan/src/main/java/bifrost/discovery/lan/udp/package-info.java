/** Discovery by beacons that every node broadcasts in its network. */
package bifrost.discovery.lan.udp;
