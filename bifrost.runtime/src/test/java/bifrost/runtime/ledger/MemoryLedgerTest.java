package bifrost.runtime.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryLedgerTest {
  private static final long DAY = 86_400_000;
  private static final long NOW = 100 * DAY + 5;
  private static final long TODAY = 100 * DAY;

  private final AtomicLong clock = new AtomicLong(NOW);
  private final List<JournalRecord.CounterValues> journal = new ArrayList<>();
  private final MemoryLedger ledger = ledger("n1", 3);

  @Test
  void totalIsTheSumOfTheSlotsAndMergeIsTheGreatest() {
    Counter counter = ledger.open("b", TODAY, TODAY + DAY);
    counter.add(5);
    assertEquals(2, ledger.merge(List.of(slot("n2", 1, 10), slot("n1", 2, 100))));
    assertEquals(115, counter.total());
    assertEquals(0, ledger.merge(List.of(slot("n2", 1, 9), slot("n2", 1, 10))));
    assertEquals(1, ledger.merge(List.of(slot("n2", 1, 12))));
    assertEquals(117, ledger.total("b", TODAY));
    assertEquals(
        List.of(slot("n1", 2, 100), slot("n1", 3, 5), slot("n2", 1, 12)), ledger.slots("b", TODAY));
    assertEquals(0, counter.held());
  }

  @Test
  void aHoldCountsAgainstTheLimitUntilItEnds() {
    Counter counter = ledger.open("b", TODAY, TODAY + DAY);
    ledger.merge(List.of(slot("n2", 1, 40)));
    assertTrue(counter.hold(60, 100));
    assertFalse(counter.hold(1, 100));
    assertEquals(60, counter.held());
    assertEquals(40, counter.total());
    counter.settle(60, 25);
    assertEquals(65, counter.total());
    assertEquals(0, counter.held());
    assertTrue(counter.hold(35, 100));
    counter.release(35);
    assertEquals(0, counter.held());
    assertFalse(counter.hold(Long.MAX_VALUE, 100));
    assertFalse(counter.hold(0, 10), "over the limit already");
  }

  @Test
  void hugeSlotsDoNotOverflow() {
    Counter counter = ledger.open("b", TODAY, TODAY + DAY);
    for (int i = 0; i < 20; i++) {
      ledger.merge(List.of(slot("n" + (i + 2), 1, Slot.MAX_VALUE)));
    }
    counter.add(Long.MAX_VALUE);
    counter.add(Long.MAX_VALUE);
    assertTrue(counter.total() > 0);
    assertFalse(counter.hold(1, Long.MAX_VALUE / 4));
    Counter other = ledger.open("other", TODAY, TODAY + DAY);
    assertFalse(other.hold(Slot.MAX_VALUE + 1, Long.MAX_VALUE));
    assertTrue(other.hold(Slot.MAX_VALUE, Long.MAX_VALUE));
    other.release(Slot.MAX_VALUE);
    assertEquals(0, other.held());
  }

  @Test
  void changesComeInOrderEachOnceWithTheNewestValue() {
    Counter a = ledger.open("a", TODAY, TODAY + DAY);
    Counter b = ledger.open("b", TODAY, TODAY + DAY);
    a.add(1);
    b.add(1);
    a.add(1);
    Ledger.Changes all = ledger.changedSince(0, 10);
    assertEquals(2, all.slots().size());
    assertFalse(all.more());
    assertEquals(0, ledger.changedSince(all.position(), 10).slots().size());
    b.add(4);
    ledger.merge(List.of(slot("n2", 1, 7)));
    Ledger.Changes first = ledger.changedSince(all.position(), 1);
    assertEquals(5, first.slots().getFirst().value());
    assertTrue(first.more());
    Ledger.Changes second = ledger.changedSince(first.position(), 1);
    assertEquals(slot("n2", 1, 7), second.slots().getFirst());
    assertFalse(second.more());
    assertEquals(3, ledger.changedSince(0, 10).slots().size());
    assertEquals(3, ledger.changedSince(-5, 10).slots().size());
  }

  @Test
  void digestsAreEqualWhenTheSlotsAre() {
    MemoryLedger other = ledger("n9", 1);
    ledger.open("b", TODAY, TODAY + DAY).add(5);
    ledger.merge(List.of(slot("n2", 1, 10)));
    assertNotEquals(ledger.digest(), other.digest());
    other.merge(ledger.changedSince(0, 100).slots());
    assertEquals(ledger.digest(), other.digest());
    other.merge(List.of(slot("n2", 1, 11)));
    List<Long> here = ledger.digest().buckets();
    List<Long> there = other.digest().buckets();
    for (int i = 0; i < Ledger.BUCKETS; i++) {
      if (!here.get(i).equals(there.get(i))) {
        ledger.merge(other.bucket(i));
      }
    }
    assertEquals(ledger.digest(), other.digest());
  }

  @Test
  void anEndedWindowIsForgottenAfterItsRetentionUnlessSomethingIsHeld() {
    Counter counter = ledger.open("b", TODAY, TODAY + DAY);
    counter.add(5);
    assertTrue(counter.hold(1, 100));
    clock.set(TODAY + DAY + DAY - 1);
    assertEquals(0, ledger.compact());
    clock.set(TODAY + 3 * DAY);
    assertEquals(0, ledger.compact(), "held");
    counter.settle(1, 1);
    assertEquals(1, ledger.compact());
    assertEquals(0, ledger.total("b", TODAY));
    assertEquals(0, ledger.changedSince(0, 10).slots().size());
    assertEquals(0, ledger.merge(List.of(slot("n2", 1, 7))), "a late slot does not bring it back");
    assertEquals(1, ledger.refused());
  }

  @Test
  void aWindowThatWasMadeLongerIsKeptUntilItsNewEnd() {
    ledger.open("b", TODAY, TODAY + DAY).add(5);
    Counter longer = ledger.open("b", TODAY, TODAY + 30 * DAY);
    assertEquals(5, longer.total());
    clock.set(TODAY + 10 * DAY);
    assertEquals(0, ledger.compact());
  }

  @Test
  void whatBreaksARuleOfTheBoundsIsRefusedAndTheRestMerged() {
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot("ahead", NOW + 30 * DAY, NOW + 31 * DAY, "n2", 1, 1));
    slots.add(new Slot("over", 0, DAY, "n2", 1, 1));
    slots.add(slot("n2", 1, 3));
    for (int i = 0; i < 200; i++) {
      slots.add(new Slot("c" + i, TODAY, TODAY + DAY, "n2", 1, 1));
    }
    assertEquals(100, ledger.merge(slots));
    assertEquals(3, ledger.total("b", TODAY));
    assertEquals(103, ledger.refused());
  }

  @Test
  void onlyOwnSlotsOfLongEnoughWindowsReachTheJournalAsAbsoluteValues() {
    Counter day = ledger.open("b", TODAY, TODAY + DAY);
    Counter second = ledger.open("r", NOW, NOW + 1_000);
    ledger.merge(List.of(slot("n2", 1, 10)));
    day.add(5);
    second.add(1);
    ledger.persist(List.of(day, second));
    day.add(5);
    ledger.persist(List.of(day));
    ledger.persist(List.of());
    assertEquals(2, journal.size());
    assertEquals(1, journal.getFirst().values().size());
    assertEquals(5, journal.getFirst().values().getFirst().value());
    assertEquals(10, journal.getLast().values().getFirst().value());
    assertEquals(TODAY + DAY, journal.getLast().values().getFirst().endMillis());
  }

  @Test
  void negativeAmountsAreRefused() {
    Counter counter = ledger.open("b", TODAY, TODAY + DAY);
    for (Runnable call :
        List.<Runnable>of(
            () -> counter.add(-1),
            () -> counter.hold(-1, 10),
            () -> counter.release(-1),
            () -> counter.settle(0, -1))) {
      org.junit.jupiter.api.Assertions.assertThrows(IllegalArgumentException.class, call::run);
    }
    assertEquals(0, counter.total());
  }

  @Test
  void aDigestWithoutSomeWritersIsThatOfTheOthersSlots() {
    ledger.merge(List.of(slot("n2", 1, 40), slot("n2", 2, 7)));
    MemoryLedger other = ledger("n3", 1);
    other.merge(List.of(slot("n2", 1, 40), slot("n2", 2, 9)));
    assertNotEquals(ledger.digest(), other.digest());
    Set<Writer> living = Set.of(new Writer("n2", 2));
    assertEquals(ledger.digest(living), other.digest(living));
    assertEquals(1, other.digest(living).slots());
    other.merge(List.of(slot("n2", 1, 41)));
    assertNotEquals(ledger.digest(living), other.digest(living));
  }

  private MemoryLedger ledger(String node, long epoch) {
    return new MemoryLedger(
        new Writer(node, epoch), () -> Instant.ofEpochMilli(clock.get()), 100, journal::add);
  }

  private static Slot slot(String node, long epoch, long value) {
    return new Slot("b", TODAY, TODAY + DAY, node, epoch, value);
  }
}
