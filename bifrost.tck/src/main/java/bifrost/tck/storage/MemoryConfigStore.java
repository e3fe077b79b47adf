package bifrost.tck.storage;

import bifrost.api.snapshot.EntityType;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A store in memory whose endpoints can be taken away, for tests of what stands above stores. Safe
 * for any thread.
 */
public final class MemoryConfigStore implements ConfigStore {
  private final Database database;
  private volatile CountDownLatch hold = new CountDownLatch(0);
  private volatile boolean readDown;
  private volatile boolean writeDown;
  private volatile List<StoredEntity> replica;

  /** What several stores may share: the database behind them. */
  public static final class Database {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Id, StoredEntity> rows = new HashMap<>();
    private boolean migrated;
  }

  private record Id(EntityType type, String id) {}

  /** A store with a database of its own. */
  public MemoryConfigStore() {
    this(new Database());
  }

  /** A store of a database that others use too. */
  public MemoryConfigStore(Database database) {
    this.database = database;
  }

  /** Takes the read endpoint away, or brings it back. */
  public void setReadDown(boolean down) {
    readDown = down;
  }

  /** Takes the write endpoint away, or brings it back. */
  public void setWriteDown(boolean down) {
    writeDown = down;
  }

  /** From now on every call hangs until it is interrupted, or until it need hang no more. */
  public void setHanging(boolean hanging) {
    if (hanging) {
      hold = new CountDownLatch(1);
    } else {
      hold.countDown();
    }
  }

  /** From now on the read endpoint shows the rows as they are now: a replica that lags. */
  public void freezeReplica() {
    replica = rows();
  }

  /** The rows as they are now. */
  public List<StoredEntity> rows() {
    database.lock.lock();
    try {
      return List.copyOf(database.rows.values());
    } finally {
      database.lock.unlock();
    }
  }

  @Override
  public String description() {
    return "memory";
  }

  @Override
  public void migrate() {
    requireUp(writeDown, "write");
    database.lock.lock();
    try {
      database.migrated = true;
    } finally {
      database.lock.unlock();
    }
  }

  @Override
  public long load(Endpoint endpoint, Consumer<StoredEntity> rows) {
    boolean read = endpoint == Endpoint.READ;
    requireUp(read ? readDown : writeDown, read ? "read" : "write");
    requireSchema();
    List<StoredEntity> shown = read && replica != null ? replica : rows();
    shown.forEach(rows);
    return shown.size();
  }

  @Override
  public int write(List<StoredEntity> rows) {
    requireUp(writeDown, "write");
    requireSchema();
    database.lock.lock();
    try {
      int newer = 0;
      for (StoredEntity row : rows) {
        Id id = new Id(row.type(), row.id());
        StoredEntity stored = database.rows.get(id);
        if (stored == null || row.version().isAfter(stored.version())) {
          database.rows.put(id, stored == null ? row : keepingSeedHash(row, stored));
          newer++;
        }
      }
      return newer;
    } finally {
      database.lock.unlock();
    }
  }

  private static StoredEntity keepingSeedHash(StoredEntity row, StoredEntity stored) {
    String seedHash = row.seedHash().isEmpty() ? stored.seedHash() : row.seedHash();
    return new StoredEntity(row.type(), row.id(), row.version(), row.content(), seedHash);
  }

  private void requireSchema() {
    database.lock.lock();
    try {
      if (!database.migrated) {
        throw new StoreException("memory has no schema yet", false, null);
      }
    } finally {
      database.lock.unlock();
    }
  }

  private void requireUp(boolean down, String endpoint) {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted", true, e);
    }
    if (down) {
      throw new StoreException("the " + endpoint + " endpoint of memory is away", true, null);
    }
  }
}
