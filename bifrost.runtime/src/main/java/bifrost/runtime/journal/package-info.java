/**
 * The journal: what must reach the database is put down on local disk first, and drained from
 * there.
 *
 * <p>{@code file} is the disk, {@code record} the formats of records, {@code segment} the files,
 * {@code spool} a stream of records with its writer, its reader and folding, {@code drain} the way
 * to the store. {@code docs/journal.md} describes the guarantees.
 */
package bifrost.runtime.journal;
