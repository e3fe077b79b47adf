/**
 * Virtual keys as they are held in memory while nobody uses them: a few bytes of their own, and
 * references to what many of them have in common.
 */
package bifrost.runtime.snapshot.packed;
