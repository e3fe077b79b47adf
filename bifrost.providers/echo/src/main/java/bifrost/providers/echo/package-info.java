/** The provider that needs no network: it answers with what it was asked, and simulates faults. */
package bifrost.providers.echo;
