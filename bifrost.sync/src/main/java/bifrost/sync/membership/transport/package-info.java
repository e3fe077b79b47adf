/**
 * How bytes reach other nodes: best-effort packets and request-answer streams. The interface is
 * implemented over UDP and TCP here, and by an in-process network with virtual time in the tests.
 */
package bifrost.sync.membership.transport;
