package bifrost.runtime.journal.record;

/**
 * A record as bytes.
 *
 * @param type the kind of record
 * @param version the version of that kind's format
 * @param body the bytes, not changed by anyone
 */
@SuppressWarnings("ArrayRecordComponent")
public record EncodedRecord(int type, int version, byte[] body) {}
