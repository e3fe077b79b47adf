/**
 * What the node keeps of its state on its own disk, encrypted, so that it can start while every
 * store is dark: the configuration and the counters.
 */
package bifrost.runtime.local;
