package bifrost.runtime.journal;

import bifrost.api.journal.Writer;
import bifrost.api.snapshot.Change;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.drain.Drain.Sleeper;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.record.PayloadSeal;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the journal stands on; tests put simulated parts in.
 *
 * @param root the journal's folder
 * @param writer who this node is
 * @param rows makes rows of configuration changes, secrets encrypted
 * @param store the store of now
 * @param millis the time, in milliseconds since the epoch
 * @param nanoTime a clock for rates
 * @param sleeper how to wait between batches
 * @param random for jitter and salts; secure, since a salt must not be guessed
 * @param seal encrypts payloads
 */
record Surroundings(
    JournalFolder root,
    Writer writer,
    Function<Change, StoredEntity> rows,
    Supplier<Optional<JournalStore>> store,
    LongSupplier millis,
    LongSupplier nanoTime,
    Sleeper sleeper,
    RandomGenerator random,
    PayloadSeal seal) {}
