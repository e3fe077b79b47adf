package bifrost.admin.rest;

import bifrost.admin.rest.auth.AccessRule;
import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.LimitUsage;
import bifrost.admin.rest.frame.ManagementFrame;
import bifrost.admin.rest.frame.ResourceTable;
import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.management.ManagementResource;
import bifrost.api.management.PasswordHasher;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.runtime.config.EntityFormatService;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.SnapshotService;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The management API over the core's own configuration, without a listener or a store. */
public final class TestNode implements AutoCloseable {
  /** The administrator's password once {@link #withAdmin} was called. */
  public static final String PASSWORD = "correct horse battery";

  private static final JsonMapper MAPPER = new JsonMapper();

  private final PasswordHasher hasher = new QuickHasher();
  private final List<JournalRecord> journal = new CopyOnWriteArrayList<>();
  private final SnapshotService snapshots;
  private final ResourceTable table = new ResourceTable();
  private final ManagementFrame frame;
  private final Edits edits;
  private final Documents documents;

  /** A node without credentials, at a time that the test owns. */
  public TestNode(InstantSource clock) {
    EntityCodec codec =
        new EntityCodec(
            new SecretBox(new KeyMaterial.Generated(Secret.of("00".repeat(32)), "test")),
            new Environment(name -> name.equals("SET") ? "sk-from-the-environment" : null));
    snapshots =
        new SnapshotService(
            new LoadedSnapshot(MapSnapshot.EMPTY, new HybridClock("node-a", clock), codec));
    snapshots.bindJournal(new MemoryJournal());
    edits = new Edits(snapshots, clock);
    edits.bindJournal(new MemoryJournal());
    documents =
        new Documents(
            new EntityFormatService(
                snapshots,
                Environment.forSecrets(
                    name -> name.equals("SET") ? "sk-from-the-environment" : null)),
            snapshots,
            new LimitUsage());
    frame = new ManagementFrame(table, new AccessRule(snapshots, hasher, clock));
  }

  /** The same with an administrator called {@code admin}. */
  public TestNode withAdmin() {
    snapshots.put(
        new AuthSettings(true, "admin", hasher.hash(Secret.of(PASSWORD))), Optional.empty());
    return this;
  }

  /** The same with a resource. */
  public TestNode with(ManagementResource resource) {
    table.bindResource(resource);
    return this;
  }

  /** Where its administrators change things. */
  public Edits edits() {
    return edits;
  }

  /** Its entities as objects. */
  public Documents documents() {
    return documents;
  }

  /** Its configuration. */
  public SnapshotOwner snapshots() {
    return snapshots;
  }

  /** What was journalled. */
  public List<JournalRecord> journal() {
    return journal;
  }

  /** Serves a request. */
  public TestExchange serve(TestExchange exchange) throws IOException {
    frame.handle(exchange);
    return exchange;
  }

  /** Serves a request with a JSON body; an empty one for none. */
  public TestExchange call(String method, String target, String body) throws IOException {
    TestExchange exchange = new TestExchange(method, target);
    return serve(body.isEmpty() ? exchange : exchange.json(body));
  }

  /** The body of an answer as values. */
  public static Map<String, Object> json(TestExchange answered) {
    return MAPPER.readValue(answered.text(), new TypeReference<Map<String, Object>>() {});
  }

  /** The part of an answer under some members, one below the other. */
  @SuppressWarnings("unchecked")
  public static <T> T at(TestExchange answered, String... members) {
    Object value = json(answered);
    for (String member : members) {
      value =
          value instanceof List<?> list
              ? list.get(Integer.parseInt(member))
              : ((Map<String, Object>) value).get(member);
    }
    return (T) value;
  }

  @Override
  public void close() {
    snapshots.close();
  }

  private final class MemoryJournal implements Journal {
    @Override
    public Appended append(JournalRecord record) {
      journal.add(record);
      return Appended.KEPT;
    }

    @Override
    public JournalState state() {
      return JournalState.NORMAL;
    }
  }

  /** The core's own one is slow on purpose. */
  private static final class QuickHasher implements PasswordHasher {
    private int salt;

    @Override
    public Secret hash(Secret password) {
      return Secret.of(++salt + "$" + KeyHash.of(password).hex());
    }

    @Override
    public boolean matches(Secret password, Secret hash) {
      return hash.reveal().endsWith("$" + KeyHash.of(password).hex());
    }
  }
}
