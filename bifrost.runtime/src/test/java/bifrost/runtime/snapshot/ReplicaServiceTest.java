package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.ConfigurationReplica.Decoded;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import bifrost.tck.storage.MemoryConfigStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaServiceTest {
  private final List<SnapshotService> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(SnapshotService::close);
  }

  @Test
  void theSameVersionsGiveTheSameDigestInWhateverOrderTheyCame() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      changes.add(put("t" + i % 100, i + 1));
    }
    changes.add(Change.remove(EntityType.TEAM, "t7", Version.of(0, true, 9_999, "n2")));
    ReplicaService one = replica("ab", changes);
    Collections.shuffle(changes, new Random(1));
    ReplicaService other = replica("ab", changes);
    assertEquals(one.digest(), other.digest());
    assertEquals(100, one.rows());
    assertEquals(ConfigurationReplica.BUCKETS, one.digest().size());
  }

  @Test
  void oneNewerVersionChangesOneBucketAndThatBucketNamesIt() {
    List<Change> changes = IntStream.range(0, 300).mapToObj(i -> put("t" + i, i + 1)).toList();
    ReplicaService one = replica("ab", changes);
    List<Change> more = new ArrayList<>(changes);
    more.add(Change.remove(EntityType.TEAM, "t42", Version.of(0, true, 5_000, "n2")));
    ReplicaService other = replica("ab", more);
    Set<Integer> differing =
        IntStream.range(0, ConfigurationReplica.BUCKETS)
            .filter(i -> !one.digest().get(i).equals(other.digest().get(i)))
            .boxed()
            .collect(Collectors.toSet());
    assertEquals(1, differing.size());
    Set<ConfigurationReplica.Versioned> news = new HashSet<>(other.versions(differing));
    news.removeAll(one.versions(differing));
    assertEquals(
        Set.of(
            new ConfigurationReplica.Versioned(
                EntityType.TEAM, "t42", Version.of(0, true, 5_000, "n2"))),
        news);
    assertTrue(other.find(EntityType.TEAM, "t42").orElseThrow().isTombstone());
    assertEquals(Optional.empty(), other.find(EntityType.TEAM, "unknown"));
  }

  @Test
  void allBucketsTogetherHoldEveryVersionOnce() {
    List<Change> changes = IntStream.range(0, 1_000).mapToObj(i -> put("t" + i, i + 1)).toList();
    ReplicaService one = replica("ab", changes);
    Set<Integer> all =
        IntStream.range(0, ConfigurationReplica.BUCKETS).boxed().collect(Collectors.toSet());
    assertEquals(1_000, one.versions(all).size());
    assertEquals(1_000, new HashSet<>(one.versions(all)).size());
    assertNotEquals(replica("ab", List.of()).digest(), one.digest());
  }

  @Test
  void aChangeKnowsWhatItHasReplacedUnlessItWasLoaded() {
    ReplicaService one = replica("ab", List.of(put("loaded", 1)));
    SnapshotService owner = opened.getLast();
    assertEquals(Optional.empty(), replaced(one, "loaded", new Version(1, "n1")));
    owner.merge(List.of(put("loaded", 2), put("made", 3)));
    assertEquals(Optional.of(new Version(1, "n1")), replaced(one, "loaded", new Version(2, "n1")));
    assertEquals(Optional.of(Version.NEVER), replaced(one, "made", new Version(3, "n1")));
    assertEquals(Optional.empty(), replaced(one, "made", new Version(2, "n1")), "no longer");
  }

  private static Optional<Version> replaced(ReplicaService replica, String id, Version version) {
    return replica.replaced(EntityType.TEAM, id, version);
  }

  @Test
  void textOfANodeWithTheSameKeyIsReadAndThatOfAnotherIsRefusedByName() {
    ReplicaService one = replica("ab", List.of());
    Version version = new Version(7, "n2");
    String text = one.encode(Samples.providerKey("openai", "k1"));
    Decoded.Readable read =
        assertInstanceOf(
            Decoded.Readable.class,
            replica("ab", List.of())
                .decode(EntityType.PROVIDER_KEY, "openai:k1", version, Optional.of(text)));
    assertEquals(Change.put(Samples.providerKey("openai", "k1"), version), read.change());
    Decoded.Unreadable refused =
        assertInstanceOf(
            Decoded.Unreadable.class,
            replica("cd", List.of())
                .decode(EntityType.PROVIDER_KEY, "openai:k1", version, Optional.of(text)));
    assertTrue(refused.reason().contains("key"), refused.reason());
    assertInstanceOf(
        Decoded.Unreadable.class,
        one.decode(EntityType.TEAM, "t", version, Optional.of("{\"v\":99}")));
    assertInstanceOf(
        Decoded.Unreadable.class,
        one.decode(EntityType.TEAM, "t", version, Optional.of("garbage")));
  }

  private static Change put(String id, long time) {
    return Change.put(
        new Team(id, "name " + id, Optional.empty(), Limits.NONE), new Version(time, "n1"));
  }

  private ReplicaService replica(String key, List<Change> changes) {
    EntityCodec codec =
        new EntityCodec(
            new SecretBox(new KeyMaterial.Generated(Secret.of(key.repeat(32)), "file")),
            new Environment(name -> null));
    LoadedSnapshot loaded =
        new LoadedSnapshot(
            MapSnapshot.EMPTY, new HybridClock("n1", new TestClock(1_800_000_000_000L)), codec);
    SnapshotService owner = new SnapshotService(loaded);
    opened.add(owner);
    MemoryConfigStore store = new MemoryConfigStore();
    store.migrate();
    owner.bindStore(store);
    owner.merge(changes);
    return new ReplicaService(owner, loaded);
  }
}
