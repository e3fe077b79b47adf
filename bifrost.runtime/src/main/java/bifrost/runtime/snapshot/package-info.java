/**
 * The configuration in memory: an immutable snapshot on persistent maps, and the one owner that
 * replaces it.
 */
package bifrost.runtime.snapshot;
