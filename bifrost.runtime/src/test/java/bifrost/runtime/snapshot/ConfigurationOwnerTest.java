package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.SnapshotOwner.Written;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfigurationOwnerTest {
  private static final long NOW = 1_800_000_000_000L;

  private final TestClock wall = new TestClock(NOW);
  private final List<Change> kept = Collections.synchronizedList(new ArrayList<>());
  private final Publication publication = new Publication(MapSnapshot.EMPTY);
  private final ConfigurationOwner owner =
      new ConfigurationOwner(publication, new HybridClock("n1", wall), kept::addAll);

  @AfterEach
  void close() {
    publication.close();
  }

  @Test
  void aWriteIsKeptPublishedAndTold() {
    List<Change> heard = new ArrayList<>();
    publication.add((snapshot, changes) -> heard.addAll(changes));
    Change change = applied(owner.put(ProviderConfig.named("openai"), Optional.empty()));
    assertEquals(List.of(change), kept);
    assertEquals(List.of(change), heard);
    assertTrue(owner.current().provider("openai").isPresent());
    assertEquals(change.version(), owner.version(EntityType.PROVIDER, "openai"));
    assertEquals(1, owner.current().revision());
  }

  @Test
  void aWriteUponAnotherVersionIsAConflict() {
    Change first = applied(owner.put(ProviderConfig.named("a"), Optional.of(Version.NEVER)));
    Written late = owner.put(ProviderConfig.named("a"), Optional.of(Version.NEVER));
    assertEquals(new Written.Conflict(first.version()), late);
    Change second = applied(owner.put(ProviderConfig.named("a"), Optional.of(first.version())));
    assertTrue(second.version().isAfter(first.version()));
    assertEquals(2, kept.size());
  }

  @Test
  void aRemovalLeavesATombstoneThatALateChangeCannotUndo() {
    Change put = applied(owner.put(ProviderConfig.named("a"), Optional.empty()));
    Change end = applied(owner.remove(EntityType.PROVIDER, "a", Optional.of(put.version())));
    assertTrue(end.isTombstone());
    assertEquals(List.of(), owner.merge(List.of(put)));
    assertFalse(owner.current().provider("a").isPresent());
  }

  @Test
  void whatTheSinkRefusesHasNeverBeen() {
    ConfigurationOwner broken =
        new ConfigurationOwner(
            publication,
            new HybridClock("n1", wall),
            changes -> {
              throw new StoreException("away", true, null);
            });
    assertThrows(
        StoreException.class, () -> broken.put(ProviderConfig.named("a"), Optional.empty()));
    assertFalse(broken.current().provider("a").isPresent());
    assertEquals(Version.NEVER, broken.version(EntityType.PROVIDER, "a"));
  }

  @Test
  void nodesThatMergeInAnyOrderAgree() {
    List<Change> changes = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      boolean removal = random.nextInt(3) == 0;
      long clock = ((NOW - random.nextInt(50)) << Version.COUNTER_BITS) + i;
      Version version = Version.of(random.nextInt(3), removal, clock, "n" + random.nextInt(3));
      String id = "t" + random.nextInt(10);
      changes.add(
          removal
              ? Change.remove(EntityType.TEAM, id, version)
              : Change.put(
                  new Team(id, version.toString(), Optional.empty(), Limits.NONE), version));
    }
    List<String> first = merged(changes, new Random(1));
    for (int seed = 2; seed < 12; seed++) {
      assertEquals(first, merged(changes, new Random(seed)), "order of seed " + seed);
    }
  }

  @Test
  void aMergeTellsWhatHasWonAndKeepsOnlyThat() {
    Change put = Change.put(ProviderConfig.named("a"), at(NOW - 5, false));
    Change late = Change.put(ProviderConfig.named("a"), at(NOW - 10, false));
    assertEquals(List.of(put), owner.merge(List.of(put, late, put)));
    assertEquals(List.of(put), kept);
    assertEquals(1, owner.current().revision());
    assertEquals(List.of(), owner.merge(List.of(put, late)));
    assertEquals(1, owner.current().revision(), "nothing new, no new snapshot");
  }

  @Test
  void aMergeRefusesTheFarFutureAndOvertakesTheRest() {
    Change far = Change.put(ProviderConfig.named("a"), at(NOW + 120_000, false));
    Change near = Change.put(ProviderConfig.named("b"), at(NOW + 30_000, false));
    assertEquals(List.of(near), owner.merge(List.of(far, near)));
    Change mine = applied(owner.put(ProviderConfig.named("b"), Optional.empty()));
    assertTrue(mine.version().isAfter(near.version()));
  }

  @Test
  void aDeletionWinsOverALaterEditThatDidNotKnowOfIt() {
    Change put = applied(owner.put(ProviderConfig.named("a"), Optional.empty()));
    Change end = applied(owner.remove(EntityType.PROVIDER, "a", Optional.of(put.version())));
    Change unaware = Change.put(ProviderConfig.named("a"), at(NOW + 50_000, false));
    assertEquals(List.of(), owner.merge(List.of(unaware)));
    assertEquals(end.version(), owner.version(EntityType.PROVIDER, "a"));
    Change other = Change.put(ProviderConfig.named("b"), at(NOW + 50_000, false));
    Change ended = Change.remove(EntityType.PROVIDER, "b", at(NOW - 50_000, true));
    assertEquals(List.of(other, ended), owner.merge(List.of(other, ended)));
    assertFalse(owner.current().provider("b").isPresent());
  }

  @Test
  void whatWasDeletedCanBeWrittenAnewUntilItsGenerationsAreUsedUp() {
    Change put = applied(owner.put(ProviderConfig.named("a"), Optional.empty()));
    Change end = applied(owner.remove(EntityType.PROVIDER, "a", Optional.empty()));
    Change anew = applied(owner.put(ProviderConfig.named("a"), Optional.of(end.version())));
    assertEquals(List.of(), owner.merge(List.of(end, put)));
    assertTrue(owner.current().provider("a").isPresent());
    assertEquals(1, anew.version().generation());
    Version last = Version.of(Version.MAX_GENERATION, true, NOW << Version.COUNTER_BITS, "n2");
    owner.merge(List.of(Change.remove(EntityType.PROVIDER, "a", last)));
    assertEquals(
        "id: provider 'a' was deleted and written anew 4095 times, which is the most; use another"
            + " id",
        assertThrows(
                InvalidConfigException.class,
                () -> owner.put(ProviderConfig.named("a"), Optional.empty()))
            .getMessage());
  }

  @Test
  void aVersionThatDisagreesWithItsContentIsRefused() {
    Change marked = Change.put(ProviderConfig.named("a"), at(NOW, true));
    Change unmarked = Change.remove(EntityType.PROVIDER, "b", at(NOW, false));
    assertEquals(List.of(), owner.merge(List.of(marked, unmarked)));
    assertEquals(List.of(), kept);
  }

  private static Version at(long millis, boolean tombstone) {
    return Version.of(0, tombstone, millis << Version.COUNTER_BITS, "n2");
  }

  @Test
  void whatDoesNotExistCannotBeReferredTo() {
    InvalidConfigException key =
        assertThrows(
            InvalidConfigException.class,
            () -> owner.put(Samples.providerKey("p", "k"), Optional.empty()));
    assertEquals("provider", key.path());
    InvalidConfigException team =
        assertThrows(
            InvalidConfigException.class,
            () ->
                owner.put(Samples.virtualKey("a", "s", Optional.of("t"), true), Optional.empty()));
    assertEquals("team_id: there is no team 't'; create it first", team.getMessage());
    assertEquals(List.of(), kept);
  }

  @Test
  void whatIsStillUsedCannotBeRemoved() {
    owner.put(new Customer("c", "c", Limits.NONE), Optional.empty());
    owner.put(new Team("t", "t", Optional.of("c"), Limits.NONE), Optional.empty());
    owner.put(Samples.virtualKey("a", "s", Optional.of("t"), true), Optional.empty());
    InvalidConfigException e =
        assertThrows(
            InvalidConfigException.class,
            () -> owner.remove(EntityType.TEAM, "t", Optional.empty()));
    assertEquals(
        "team 't' is still used by virtual_key 'a'; change or remove that first", e.getMessage());
    assertThrows(
        InvalidConfigException.class,
        () -> owner.remove(EntityType.CUSTOMER, "c", Optional.empty()));
    applied(owner.remove(EntityType.VIRTUAL_KEY, "a", Optional.empty()));
    applied(owner.remove(EntityType.TEAM, "t", Optional.empty()));
    applied(owner.remove(EntityType.CUSTOMER, "c", Optional.empty()));
  }

  @Test
  void namesAndSecretsOfVirtualKeysAreUnique() {
    owner.put(Samples.virtualKey("a", "one"), Optional.empty());
    assertEquals(
        "value",
        assertThrows(
                InvalidConfigException.class,
                () -> owner.put(Samples.virtualKey("b", "one"), Optional.empty()))
            .path());
    var sameName =
        new bifrost.api.snapshot.VirtualKey(
            "b",
            "name of a",
            "",
            MapSnapshotTest.hash("two"),
            true,
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Limits.NONE,
            Optional.empty());
    assertEquals(
        "name",
        assertThrows(InvalidConfigException.class, () -> owner.put(sameName, Optional.empty()))
            .path());
    applied(owner.put(Samples.virtualKey("a", "three"), Optional.empty()));
    applied(owner.put(Samples.virtualKey("b", "one"), Optional.empty()));
  }

  @Test
  void listenersHearEveryRevisionInOrder() throws Exception {
    List<Long> heard = Collections.synchronizedList(new ArrayList<>());
    publication.add((snapshot, changes) -> heard.add(snapshot.revision()));
    List<Thread> writers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String name = "p" + t;
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 50; i++) {
                      owner.put(ProviderConfig.named(name), Optional.empty());
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    List<Long> expected = new ArrayList<>();
    for (long revision = 0; revision <= 200; revision++) {
      expected.add(revision);
    }
    assertEquals(expected, heard);
  }

  @Test
  void aLateListenerFirstHearsOfTheWhole() {
    owner.put(ProviderConfig.named("a"), Optional.empty());
    List<String> heard = new ArrayList<>();
    publication.add((snapshot, changes) -> heard.add(snapshot.revision() + " " + changes.size()));
    owner.put(ProviderConfig.named("b"), Optional.empty());
    assertEquals(List.of("1 0", "2 1"), heard);
  }

  @Test
  void aListenerThatFailsDisturbsNobody() {
    List<Long> heard = new ArrayList<>();
    publication.add(
        (snapshot, changes) -> {
          throw new IllegalStateException("bad listener");
        });
    publication.add((snapshot, changes) -> heard.add(snapshot.revision()));
    owner.put(ProviderConfig.named("a"), Optional.empty());
    assertEquals(List.of(0L, 1L), heard);
  }

  @Test
  void aListenerThatHangsHoldsUpNeitherReadersNorOtherWritersForLong() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    publication.add(
        (snapshot, changes) -> {
          if (snapshot.revision() == 1) {
            await(release);
          }
        });
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> owner.put(ProviderConfig.named("a"), Optional.empty()));
    while (owner.current().revision() < 1) {
      Thread.onSpinWait();
    }
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(() -> owner.put(ProviderConfig.named("b"), Optional.empty()));
    while (owner.current().revision() < 2) {
      Thread.onSpinWait();
    }
    release.countDown();
    writer.get(30, TimeUnit.SECONDS);
    second.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aListenerCannotWrite() {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    publication.add(
        (snapshot, changes) -> {
          try {
            owner.put(ProviderConfig.named("b"), Optional.empty());
          } catch (IllegalStateException e) {
            failure.set(e);
          }
        });
    owner.put(ProviderConfig.named("a"), Optional.empty());
    assertInstanceOf(IllegalStateException.class, failure.get());
  }

  private List<String> merged(List<Change> changes, Random order) {
    List<Change> shuffled = new ArrayList<>(changes);
    Collections.shuffle(shuffled, order);
    Publication its = new Publication(MapSnapshot.EMPTY);
    ConfigurationOwner node = new ConfigurationOwner(its, new HybridClock("x", wall), c -> {});
    for (int i = 0; i < shuffled.size(); i += 7) {
      node.merge(shuffled.subList(i, Math.min(shuffled.size(), i + 7)));
    }
    List<String> state = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      state.add(
          node.version(EntityType.TEAM, "t" + i)
              + " "
              + node.current().team("t" + i).map(Team::name));
    }
    its.close();
    return state;
  }

  private static Change applied(Written written) {
    return assertInstanceOf(Written.Applied.class, written).change();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
