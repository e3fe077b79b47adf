package bifrost.runtime.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.boot.BootSequence.Booted;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.local.SnapshotFile;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.LoadedSnapshot.RowId;
import bifrost.runtime.snapshot.TestClock;
import bifrost.tck.storage.MemoryConfigStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootSequenceTest {
  private static final String TEAM =
      "{\"governance\": {\"teams\": [{\"id\": \"t\", \"name\": \"%s\"}%s]}}";

  private final MemoryConfigStore store = new MemoryConfigStore();
  private final TestClock clock = new TestClock(1_800_000_000_000L);
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, Map<String, Object>> configured = new HashMap<>();

  private List<StoredEntity> undrained = List.of();

  @TempDir private Path directory;
  private Path data;
  private Optional<Path> file = Optional.empty();
  private String host = "127.0.0.1";

  @BeforeEach
  void makeDataDir() throws IOException {
    data = Files.createDirectories(directory.resolve("data"));
  }

  @Test
  void withNothingAtAllANodeComesUpEmpty() throws Exception {
    Booted booted = boot();
    assertEquals(0, booted.loaded().snapshot().total());
    assertEquals(1, booted.report().epoch());
    assertEquals("memory, write endpoint", booted.report().source());
    assertEquals("1.2.3", booted.report().version());
    assertEquals(Set.of("bifrost.storage"), configured.keySet());
  }

  @Test
  void withoutAFileEachVendorWhoseKeyIsSetIsAProvider() throws Exception {
    variables.put("OPENAI_API_KEY", "sk-1");
    variables.put("GROQ_API_KEY", "sk-2");
    Snapshot snapshot = boot().loaded().snapshot();
    assertEquals(
        List.of("groq", "openai"), snapshot.providers().stream().map(ProviderConfig::id).toList());
    assertEquals(
        Secret.ofReference("env.OPENAI_API_KEY", "sk-1"), snapshot.keys("openai").get(0).value());
    variables.put("OPENAI_API_KEY", "rotated");
    assertEquals("rotated", boot().loaded().snapshot().keys("openai").get(0).value().reveal());
    variables.clear();
    assertTrue(
        boot().loaded().snapshot().keys("openai").get(0).value().isEmpty(), "not usable here");
  }

  @Test
  void aFileSeedsTheStoreOnce() throws Exception {
    write(TEAM.formatted("one", ""));
    assertEquals("one", team(boot()));
    assertEquals(1, store.rows().size());
    StoredEntity stored = store.rows().get(0);
    assertFalse(stored.seedHash().isEmpty());
    Booted again = boot();
    assertEquals("memory, read endpoint", again.report().source());
    assertEquals(1, again.report().rows());
    assertEquals(List.of(stored), store.rows(), "nothing was written again");
  }

  @Test
  void anEditMadeAtRunTimeOutlivesTheUnchangedFile() throws Exception {
    write(TEAM.formatted("one", ""));
    edit(boot(), "edited");
    assertEquals("edited", team(boot()));
  }

  @Test
  void aRemovalMadeAtRunTimeOutlivesTheUnchangedFile() throws Exception {
    write(TEAM.formatted("one", ""));
    Booted booted = boot();
    Version now = booted.loaded().clock().delete(version(booted));
    store.write(List.of(booted.loaded().codec().row(Change.remove(EntityType.TEAM, "t", now))));
    assertEquals("", team(boot()));
  }

  @Test
  void aRemovedRowThatTheFileChangesIsWrittenAnewInTheNextGeneration() throws Exception {
    write(TEAM.formatted("one", ""));
    Booted booted = boot();
    Version removed = booted.loaded().clock().delete(version(booted));
    store.write(List.of(booted.loaded().codec().row(Change.remove(EntityType.TEAM, "t", removed))));
    write(TEAM.formatted("two", ""));
    Booted again = boot();
    assertEquals("two", team(again));
    assertEquals(1, version(again).generation());
    Version unaware = again.loaded().clock().delete(new Version(1, "n2"));
    assertTrue(version(again).isAfter(unaware), "the end of what was before");
  }

  @Test
  void aRowWhoseVersionsAreUsedUpIsPassedOver() throws Exception {
    boot();
    Version last = Version.of(Version.MAX_GENERATION, true, 1, "n2");
    store.write(List.of(new StoredEntity(EntityType.TEAM, "t", last, Optional.empty(), "")));
    write(TEAM.formatted("one", ""));
    assertEquals("", team(boot()));
  }

  @Test
  void aChangedRowOfTheFileOverwritesTheEdit() throws Exception {
    write(TEAM.formatted("one", ""));
    edit(boot(), "edited");
    write(TEAM.formatted("two", ""));
    assertEquals("two", team(boot()));
    edit(boot(), "edited again");
    assertEquals("edited again", team(boot()), "and is then an unchanged row");
  }

  @Test
  void newRowsAreAddedAndRowsThatLeaveTheFileStay() throws Exception {
    write(TEAM.formatted("one", ""));
    boot();
    write(TEAM.formatted("one", ", {\"id\": \"u\", \"name\": \"u\"}"));
    assertTrue(boot().loaded().snapshot().team("u").isPresent());
    write("{}");
    Snapshot snapshot = boot().loaded().snapshot();
    assertTrue(snapshot.team("t").isPresent());
    assertTrue(snapshot.team("u").isPresent());
  }

  @Test
  void aFileThatIsTheOnlyTruthUndoesEditsAndEndsOtherRows() throws Exception {
    write(TEAM.formatted("one", ", {\"id\": \"u\", \"name\": \"u\"}"));
    edit(boot(), "edited");
    String truth = "{\"source_of_truth\": \"config.json\", ";
    write(TEAM.formatted("one", "").replaceFirst("\\{", truth.replace("$", "\\$")));
    Snapshot snapshot = boot().loaded().snapshot();
    assertEquals("one", snapshot.team("t").orElseThrow().name());
    assertFalse(snapshot.team("u").isPresent());
    List<StoredEntity> rows = store.rows();
    boot();
    assertEquals(Set.copyOf(rows), Set.copyOf(store.rows()), "then there is nothing left to do");
  }

  @Test
  void aReadEndpointThatIsDarkIsReplacedByTheWriteEndpoint() throws Exception {
    write(TEAM.formatted("one", ""));
    boot();
    store.setReadDown(true);
    Booted booted = boot();
    assertEquals("one", team(booted));
    assertEquals("memory, write endpoint", booted.report().source());
  }

  @Test
  void aWriteEndpointThatIsDarkStopsNoBoot() throws Exception {
    write(TEAM.formatted("one", ""));
    boot();
    store.setWriteDown(true);
    write(TEAM.formatted("one", ", {\"id\": \"u\", \"name\": \"u\"}"));
    assertTrue(boot().loaded().snapshot().team("u").isPresent(), "the file holds on this node");
    store.setWriteDown(false);
    boot();
    assertEquals(2, store.rows().size(), "and is stored at a later start");
  }

  @Test
  void whenAllIsDarkTheFailureNamesEachAttempt() {
    store.setReadDown(true);
    store.setWriteDown(true);
    BootFailedException e = assertThrows(BootFailedException.class, this::boot);
    assertEquals(
        """
        no configuration could be loaded from memory:
          read endpoint: the read endpoint of memory is away
          write endpoint: the write endpoint of memory is away
          local snapshot: there is none in %s"""
            .formatted(data.resolve("snapshot.sealed")),
        e.getMessage());
  }

  @Test
  void whenAllIsDarkTheLocalSnapshotServesWithItsAge() throws Exception {
    write(TEAM.formatted("one", ""));
    edit(boot(), "edited");
    keep(boot());
    darken();
    clock.advance(60_000);
    Booted booted = boot();
    assertEquals("edited", team(booted), "the file row is unchanged, the edit holds");
    assertEquals("local snapshot", booted.report().source());
    assertTrue(booted.report().dark());
    assertEquals(List.of(), booted.loaded().unstored());
    assertEquals(
        61_000, clock.millis() - booted.report().localSince().orElseThrow().toEpochMilli());
  }

  @Test
  void rowsOfTheFileThatNoStoreTookAreLeftToTheJournal() throws Exception {
    write(TEAM.formatted("one", ""));
    keep(boot());
    darken();
    write(TEAM.formatted("two", ", {\"id\": \"u\", \"name\": \"u\"}"));
    Booted booted = boot();
    assertEquals("two", team(booted));
    List<StoredEntity> unstored = booted.loaded().unstored();
    assertEquals(List.of("t", "u"), unstored.stream().map(StoredEntity::id).toList());
    undrained = unstored;
    Booted again = boot();
    assertEquals(List.of(), again.loaded().unstored(), "once they are journalled they are known");
    assertEquals("two", team(again));
  }

  @Test
  void seedsWaitInTheJournalWhileOnlyTheReadEndpointAnswers() throws Exception {
    boot();
    store.setWriteDown(true);
    write(TEAM.formatted("one", ""));
    Booted booted = boot();
    assertFalse(booted.report().dark());
    assertEquals(1, booted.loaded().unstored().size());
    store.setWriteDown(false);
    assertEquals(List.of(), boot().loaded().unstored());
  }

  @Test
  void aLocalSnapshotOfAnotherKeyIsNamedAmongTheAttempts() throws Exception {
    write("{\"encryption_key\": \"first key\"}");
    keep(boot());
    darken();
    write("{\"encryption_key\": \"other key\"}");
    BootFailedException e = assertThrows(BootFailedException.class, this::boot);
    assertTrue(e.getMessage().contains("another encryption key"), e.getMessage());
  }

  @Test
  void anEndpointThatHangsDoesNotHoldUpTheLocalSnapshot() throws Exception {
    write(TEAM.formatted("one", ""));
    keep(boot());
    store.setHanging(true);
    try {
      Booted booted = boot();
      assertEquals("one", team(booted));
      assertTrue(booted.report().dark());
    } finally {
      store.setHanging(false);
    }
  }

  @Test
  void aReplicaThatLagsDoesNotBringTheFileBackOverAnEdit() throws Exception {
    boot();
    store.freezeReplica();
    write(TEAM.formatted("one", ""));
    edit(boot(), "edited");
    assertEquals("edited", team(boot()), "the replica does not show the row yet");
    assertEquals(1, store.rows().size());
  }

  @Test
  void aChangeThatIsStillInTheJournalHolds() throws Exception {
    write(TEAM.formatted("one", ""));
    Booted booted = boot();
    Version now = booted.loaded().clock().delete(version(booted));
    undrained =
        List.of(
            booted.loaded().codec().row(Change.remove(EntityType.TEAM, "t", now)),
            new StoredEntity(EntityType.TEAM, "t", new Version(1, "a"), Optional.of("{"), ""));
    assertEquals("", team(boot()), "removed, though the store still has it");
    assertEquals(1, store.rows().size());
    assertTrue(store.rows().get(0).content().isPresent());
  }

  @Test
  void aRowThatCannotBeReadIsLeftOutAndKept() throws Exception {
    boot();
    StoredEntity damaged =
        new StoredEntity(EntityType.TEAM, "x", new Version(5, "n"), Optional.of("{"), "");
    store.write(List.of(damaged));
    write(TEAM.formatted("one", ""));
    Booted booted = boot();
    assertEquals("one", team(booted));
    assertTrue(store.rows().contains(damaged));
  }

  @Test
  void aSeededRowThatIsDamagedIsMended() throws Exception {
    write(TEAM.formatted("one", ""));
    StoredEntity stored = seededTeam();
    store.write(
        List.of(new StoredEntity(EntityType.TEAM, "t", new Version(9, "n"), Optional.of("{"), "")));
    assertEquals("one", team(boot()));
    assertFalse(seededTeam().equals(stored));
  }

  @Test
  void anotherEncryptionKeyStopsTheBoot() throws Exception {
    write(
        "{\"encryption_key\": \"first key\", \"providers\": {\"p\": {\"keys\": [{\"name\": \"k\", \"value\": \"v\"}]}}}");
    assertEquals("v", key(boot()));
    assertEquals("v", key(boot()));
    write("{\"encryption_key\": \"other key\"}");
    InvalidConfigException e = assertThrows(InvalidConfigException.class, this::boot);
    assertEquals("encryption_key", e.path());
    assertTrue(store.rows().stream().noneMatch(row -> row.content().orElse("").contains("\"v\"}")));
  }

  @Test
  void literalSecretsSurviveUnderTheGeneratedKey() throws Exception {
    write("{\"providers\": {\"p\": {\"keys\": [{\"name\": \"k\", \"value\": \"secret-v\"}]}}}");
    assertEquals("secret-v", key(boot()));
    assertEquals("secret-v", key(boot()));
    for (StoredEntity row : store.rows()) {
      assertFalse(row.content().orElse("").contains("secret-v"));
    }
  }

  @Test
  void anAddressThatOthersReachWantsAdminCredentials() throws Exception {
    host = "0.0.0.0";
    InvalidConfigException e = assertThrows(InvalidConfigException.class, this::boot);
    assertEquals("bifrost.host", e.path());
    assertTrue(e.getMessage().contains("governance.auth_config.admin_password"), e.getMessage());
    write("{\"governance\": {\"auth_config\": {\"admin_password\": \"long enough\"}}}");
    boot();
    write(
        "{\"governance\": {\"auth_config\": {\"is_enabled\": false, \"admin_password\": \"long enough\"}}}");
    assertThrows(InvalidConfigException.class, this::boot);
    host = "::1";
    boot();
  }

  @Test
  void theAdminPasswordIsHashedOnceForOneFile() throws Exception {
    write("{\"governance\": {\"auth_config\": {\"admin_password\": \"long enough\"}}}");
    boot();
    List<StoredEntity> rows = store.rows();
    boot();
    assertEquals(rows, store.rows());
    write("{\"governance\": {\"auth_config\": {\"admin_password\": \"another one\"}}}");
    boot();
    assertFalse(rows.equals(store.rows()));
    assertFalse(rows.get(0).seedHash().matches("[0-9a-f]{64}"), "a bare hash lets people guess");
  }

  @Test
  void pluginsOfTheMeshLearnWhoTheNodeIs() throws Exception {
    write("{\"cluster_config\": {\"enabled\": true, \"node_id\": \"eu-1\", \"peers\": [\"h:1\"]}}");
    Booted booted = boot();
    assertEquals("eu-1", booted.report().nodeId());
    assertEquals("eu-1", configured.get("bifrost.sync.membership").get("node_id"));
    assertEquals(booted.report().epoch(), configured.get("bifrost.sync.replication").get("epoch"));
    assertFalse(configured.get("bifrost.storage").containsKey("node_id"));
  }

  @Test
  void aBadFileStopsTheBootBeforeAnythingIsWritten() throws Exception {
    write("{\"provders\": {}}");
    assertThrows(InvalidConfigException.class, this::boot);
    try (var files = Files.list(data)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aVirtualKeyOfTheFileIsFoundByItsSecret() throws Exception {
    write("{\"governance\": {\"virtual_keys\": [{\"name\": \"a\", \"value\": \"sk-bf-12345\"}]}}");
    Optional<VirtualKey> found =
        boot().loaded().snapshot().virtualKey(KeyHash.of(Secret.of("sk-bf-12345")));
    assertEquals("a", found.orElseThrow().id());
    for (StoredEntity row : store.rows()) {
      assertFalse(row.content().orElse("").contains("sk-bf-12345"));
    }
  }

  private Booted boot() throws InterruptedException {
    clock.advance(1_000);
    NodeSettings settings = new NodeSettings(file, data, host, 0);
    BootSequence.Surroundings surroundings =
        new BootSequence.Surroundings() {
          @Override
          public void configure(ConfigFile read, Identity identity) {
            configured.clear();
            configured.putAll(PluginConfigurations.of(read, identity));
          }

          @Override
          public ConfigStore store() {
            return store;
          }

          @Override
          public List<StoredEntity> undrained() {
            return undrained;
          }
        };
    return new BootSequence(settings, new Environment(variables::get), clock, "1.2.3", surroundings)
        .run(data);
  }

  private void darken() {
    store.setReadDown(true);
    store.setWriteDown(true);
  }

  /** Writes the local snapshot, as a node does while it runs. */
  private void keep(Booted booted) throws IOException {
    LoadedSnapshot loaded = booted.loaded();
    new SnapshotFile(data, loaded.box())
        .write(
            clock.millis(),
            rows ->
                loaded
                    .snapshot()
                    .forEachRow(
                        change ->
                            rows.accept(
                                loaded
                                    .codec()
                                    .row(
                                        change,
                                        loaded
                                            .seedHashes()
                                            .getOrDefault(
                                                new RowId(change.type(), change.id()), "")))));
  }

  private void write(String json) throws IOException {
    file = Optional.of(Files.writeString(directory.resolve("config.json"), json));
  }

  private void edit(Booted booted, String name) {
    Version now = booted.loaded().clock().edit(version(booted));
    Change change = Change.put(new Team("t", name, Optional.empty(), Limits.NONE), now);
    assertEquals(1, store.write(List.of(booted.loaded().codec().row(change))));
  }

  private static Version version(Booted booted) {
    return booted.loaded().snapshot().version(EntityType.TEAM, "t");
  }

  private StoredEntity seededTeam() throws InterruptedException {
    boot();
    return store.rows().stream().filter(row -> row.id().equals("t")).findFirst().orElseThrow();
  }

  private static String team(Booted booted) {
    return booted.loaded().snapshot().team("t").map(Team::name).orElse("");
  }

  private static String key(Booted booted) {
    return booted.loaded().snapshot().find(ProviderKey.class, "p:k").orElseThrow().value().reveal();
  }
}
