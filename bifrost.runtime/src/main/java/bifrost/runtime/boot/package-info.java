/**
 * How a node comes up: its data directory and identity, the configuration file, the store, and the
 * first snapshot.
 */
package bifrost.runtime.boot;
