package bifrost.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.spool.ConfigScan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigScanTest {
  private final TestNode node = new TestNode(1);

  @Test
  void aJournalThatIsNotThereHoldsNothing() throws Exception {
    assertEquals(List.of(), ConfigScan.undrained(node.disk.root()));
  }

  @Test
  void changesOfEarlierLivesAreFoundUntilTheyAreDrained() throws Exception {
    node.start();
    node.journal.append(Records.change("a", 1));
    node.journal.append(Records.change("b", 2));
    node.journal.close(Duration.ofSeconds(5));
    node.start();
    node.journal.append(Records.change("a", 3));
    node.journal.close(Duration.ofSeconds(5));
    List<StoredEntity> rows = ConfigScan.undrained(node.disk.root());
    assertEquals(List.of("a", "b", "a"), rows.stream().map(StoredEntity::id).toList());
    assertEquals(rows, ConfigScan.undrained(node.disk.root()), "nothing was taken away");
  }
}
