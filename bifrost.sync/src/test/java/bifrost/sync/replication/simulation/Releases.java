package bifrost.sync.replication.simulation;

import bifrost.api.snapshot.EntityType;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.message.SyncMessage.BucketVersions;
import bifrost.sync.replication.message.SyncMessage.Changes;
import bifrost.sync.replication.message.SyncMessage.FetchedChanges;
import bifrost.sync.replication.message.SyncMessage.Hello;
import bifrost.sync.replication.message.SyncMessage.Refusals;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster of two releases. Entities whose ids begin with {@link #NEW_KIND} are of a kind that the
 * nodes of the older release do not know; to them the others greet with a newer version of the
 * protocol and with a capability that they have never heard of.
 */
final class Releases implements SimWire.Translation {
  /** How the ids of entities of the new kind begin. */
  static final String NEW_KIND = "new-";

  private static final String KIND = "kind_of_tomorrow";

  private final Set<String> older = new TreeSet<>();

  /** Nodes of the older release; a copy. */
  Set<String> older() {
    return new TreeSet<>(older);
  }

  boolean isOlder(String node) {
    return older.contains(node);
  }

  void older(String node) {
    older.add(node);
  }

  void upgraded(String node) {
    older.remove(node);
  }

  @Override
  public SyncMessage translate(String to, SyncMessage message) {
    if (!older.contains(to)) {
      return message instanceof Refusals refusals ? known(refusals) : message;
    }
    return switch (message) {
      case Hello hello -> older.contains(hello.node()) ? hello : newer(hello);
      case Changes changes -> new Changes(changes(changes.changes()), changes.covered());
      case FetchedChanges fetched ->
          new FetchedChanges(fetched.round(), changes(fetched.changes()), fetched.last());
      case BucketVersions versions ->
          new BucketVersions(
              versions.round(),
              versions.versions().stream()
                  .map(e -> new EntityVersion(kind(e.type(), e.id()), e.id(), e.version()))
                  .toList(),
              versions.last());
      default -> message;
    };
  }

  /** What nodes of the older release refuse has a kind that the others know. */
  private static Refusals known(Refusals refusals) {
    return new Refusals(
        refusals.member(),
        refusals.epoch(),
        refusals.revision(),
        refusals.changes().stream()
            .map(e -> new EntityVersion(EntityType.TEAM.label(), e.id(), e.version()))
            .toList());
  }

  private static Hello newer(Hello hello) {
    Set<String> capabilities = new HashSet<>(hello.capabilities());
    capabilities.add("tomorrow:v9");
    return new Hello(
        hello.node(),
        hello.epoch(),
        hello.region(),
        hello.cluster(),
        hello.oldest(),
        hello.newest() + 1,
        capabilities,
        "tomorrow",
        hello.address());
  }

  private static List<ChangeEntry> changes(List<ChangeEntry> changes) {
    return changes.stream()
        .map(
            change ->
                new ChangeEntry(
                    kind(change.type(), change.id()),
                    change.id(),
                    change.version(),
                    change.content(),
                    change.replaced()))
        .toList();
  }

  private static String kind(String type, String id) {
    return id.startsWith(NEW_KIND) ? KIND : type;
  }
}
