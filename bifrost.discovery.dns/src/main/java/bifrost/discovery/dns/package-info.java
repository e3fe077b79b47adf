/** Discovery by DNS: SRV, A and AAAA records that others keep. */
package bifrost.discovery.dns;
