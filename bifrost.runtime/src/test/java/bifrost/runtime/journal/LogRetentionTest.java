package bifrost.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.StoreException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogRetentionTest {
  private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");

  private final DeletingStore store = new DeletingStore();

  @Test
  void whatIsOlderThanTheDaysSayIsDeleted() {
    delete(30);
    assertEquals(Instant.parse("2026-03-01T12:00:00Z"), store.before);
  }

  @Test
  void itGoesOnSoonWhileABatchIsFullAndRestsWhenNothingIsLeft() {
    store.rows = Integer.MAX_VALUE;
    Duration soon = delete(1);
    store.rows = 3;
    Duration later = delete(1);
    assertTrue(soon.compareTo(Duration.ofSeconds(1)) < 0, soon::toString);
    assertTrue(later.compareTo(Duration.ofMinutes(1)) > 0, later::toString);
  }

  @Test
  void storeThatIsAwayIsAskedAgainLater() {
    store.away = true;
    assertTrue(delete(1).compareTo(Duration.ofMinutes(1)) > 0);
  }

  private Duration delete(int days) {
    return LogRetention.deleteBatch(store, days, NOW);
  }

  private static final class DeletingStore implements JournalStore {
    private Instant before;
    private int rows;
    private boolean away;

    @Override
    public String description() {
      return "store";
    }

    @Override
    public void migrate() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long watermark(Writer writer, JournalStream stream) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(JournalBatch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int deleteLogs(Instant before, int limit) {
      if (away) {
        throw new StoreException("it is away", true, null);
      }
      this.before = before;
      return Math.min(rows, limit);
    }
  }
}
