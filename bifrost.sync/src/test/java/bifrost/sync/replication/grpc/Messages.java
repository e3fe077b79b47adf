package bifrost.sync.replication.grpc;

import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.Log;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import bifrost.sync.replication.message.SyncMessage;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Messages for tests. */
public final class Messages {
  static final Mark MARK = new Mark("eu-1", 3, 17, 1L << 40);

  private static final Version VERSION = new Version(1L << 58, "us-1");
  private static final ChangeEntry CHANGE =
      new ChangeEntry(
          "virtual_key", "vk-1", VERSION, Optional.of("{\"v\":1}"), List.of(Version.NEVER));
  private static final ChangeEntry TOMBSTONE =
      new ChangeEntry("team", "t-ü", VERSION, Optional.empty(), List.of());
  private static final EntityVersion ENTITY = new EntityVersion("team", "t-1", VERSION);

  /** One of each kind, two of those that hold slots. */
  public static final List<SyncMessage> ALL =
      List.of(
          hello("eu-1"),
          new SyncMessage.Subscribe(Set.of("a", "b"), Set.of("eu"), List.of(MARK)),
          new SyncMessage.Subscribed(true),
          new SyncMessage.Counters(List.of(slot(0), slot(1), slot(0)), List.of(MARK)),
          new SyncMessage.Counters(List.of(slot(1), slot(2)), List.of()),
          new SyncMessage.Changes(List.of(CHANGE, TOMBSTONE), List.of(MARK)),
          new SyncMessage.DigestRequest(Log.CHANGES, 5, -7, Set.of()),
          new SyncMessage.Digest(Log.COUNTERS, 5, List.of(0L, -1L, 1L << 62), List.of(MARK)),
          new SyncMessage.BucketRequest(
              Log.COUNTERS, 5, List.of(0, 255), Set.of(new Writer("eu-1", 3))),
          new SyncMessage.BucketSlots(5, List.of(slot(2), slot(3)), true),
          new SyncMessage.BucketVersions(5, List.of(ENTITY), false),
          new SyncMessage.ChangeRequest(5, List.of(ENTITY), true),
          new SyncMessage.FetchedChanges(5, List.of(CHANGE), true),
          new SyncMessage.Progress(List.of(new MemberMark("us-1", 2, MARK, 99))),
          new SyncMessage.Repaired(2),
          new SyncMessage.Refusals("us-1", 2, 4, List.of(ENTITY)),
          new SyncMessage.Heartbeat(1, 1_700_000_000_000L, 0, 250, Set.of("ap")));

  private Messages() {}

  public static SyncMessage hello(String node) {
    return new SyncMessage.Hello(
        node, 7, "eu", "cluster", 1, 2, Set.of("probe:v1", "x"), "1.0.0", node + ":10102");
  }

  static Slot slot(int number) {
    return new Slot("budget:" + number, 1_000, 61_000, "eu-" + number % 2, 3, 5L * number);
  }

  public static SyncMessage heartbeat(long number) {
    return new SyncMessage.Heartbeat(number, 0, 0, 0, Set.of());
  }
}
