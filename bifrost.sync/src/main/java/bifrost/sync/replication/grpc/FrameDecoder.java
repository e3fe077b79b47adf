package bifrost.sync.replication.grpc;

import bifrost.api.journal.Writer;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.grpc.v1.Wire;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.Log;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import bifrost.sync.replication.message.SyncMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns the frames of one direction of a link into messages, in the order in which they came. What
 * is out of bounds is refused with an {@code IllegalArgumentException} that names the field.
 */
final class FrameDecoder {
  private final SlotNames.Taken names = new SlotNames.Taken(SlotNames.MAX_NAMES);

  /** The message in a frame; empty when it is of a kind that this node does not know. */
  Optional<SyncMessage> decode(Wire.Frame frame) {
    return switch (frame.getMessageCase()) {
      case HELLO -> Optional.of(hello(frame.getHello()));
      case SUBSCRIBE -> Optional.of(subscribe(frame.getSubscribe()));
      case SUBSCRIBED ->
          Optional.of(new SyncMessage.Subscribed(frame.getSubscribed().getComplete()));
      case COUNTERS -> Optional.of(counters(frame.getCounters()));
      case CHANGES -> {
        Wire.Changes in = frame.getChanges();
        yield Optional.of(
            new SyncMessage.Changes(changes(in.getChangesList()), marks(in.getCoveredList())));
      }
      case DIGEST_REQUEST -> {
        Wire.DigestRequest in = frame.getDigestRequest();
        yield log(in.getLog())
            .map(
                log ->
                    new SyncMessage.DigestRequest(
                        log, in.getRound(), in.getSum(), writers(in.getWithoutList())));
      }
      case DIGEST -> digest(frame.getDigest());
      case BUCKET_REQUEST -> {
        Wire.BucketRequest in = frame.getBucketRequest();
        yield log(in.getLog())
            .map(
                log ->
                    new SyncMessage.BucketRequest(
                        log, in.getRound(), in.getBucketsList(), writers(in.getWithoutList())));
      }
      case BUCKET_SLOTS -> {
        Wire.BucketSlots in = frame.getBucketSlots();
        yield Optional.of(
            new SyncMessage.BucketSlots(in.getRound(), names.decode(in.getSlots()), in.getLast()));
      }
      case BUCKET_VERSIONS -> {
        Wire.BucketVersions in = frame.getBucketVersions();
        yield Optional.of(
            new SyncMessage.BucketVersions(
                in.getRound(), entities(in.getVersionsList()), in.getLast()));
      }
      case CHANGE_REQUEST -> {
        Wire.ChangeRequest in = frame.getChangeRequest();
        yield Optional.of(
            new SyncMessage.ChangeRequest(
                in.getRound(), entities(in.getEntitiesList()), in.getLast()));
      }
      case FETCHED_CHANGES -> {
        Wire.FetchedChanges in = frame.getFetchedChanges();
        yield Optional.of(
            new SyncMessage.FetchedChanges(
                in.getRound(), changes(in.getChangesList()), in.getLast()));
      }
      case PROGRESS -> Optional.of(progress(frame.getProgress()));
      case REFUSALS -> {
        Wire.Refusals in = frame.getRefusals();
        yield Optional.of(
            new SyncMessage.Refusals(
                in.getMember(), in.getEpoch(), in.getRevision(), entities(in.getChangesList())));
      }
      case REPAIRED -> Optional.of(new SyncMessage.Repaired(frame.getRepaired().getHops()));
      case HEARTBEAT -> Optional.of(heartbeat(frame.getHeartbeat()));
      case GOODBYE, MESSAGE_NOT_SET -> Optional.empty();
    };
  }

  private static SyncMessage hello(Wire.Hello in) {
    return new SyncMessage.Hello(
        in.getNode(),
        in.getEpoch(),
        in.getRegion(),
        in.getCluster(),
        in.getOldest(),
        in.getNewest(),
        texts(in.getCapabilitiesList()),
        in.getProduct(),
        in.getAddress());
  }

  private static SyncMessage subscribe(Wire.Subscribe in) {
    return new SyncMessage.Subscribe(
        texts(in.getNodesList()), texts(in.getRegionsList()), marks(in.getCoveredList()));
  }

  private SyncMessage counters(Wire.Counters in) {
    return new SyncMessage.Counters(names.decode(in.getSlots()), marks(in.getCoveredList()));
  }

  private static Optional<SyncMessage> digest(Wire.Digest in) {
    return log(in.getLog())
        .map(
            log ->
                new SyncMessage.Digest(
                    log, in.getRound(), in.getBucketsList(), marks(in.getCoveredList())));
  }

  private static SyncMessage progress(Wire.Progress in) {
    return new SyncMessage.Progress(
        in.getMarksList().stream()
            .map(
                mark ->
                    new MemberMark(
                        mark.getMember(), mark.getEpoch(), mark(mark.getMark()), mark.getCanary()))
            .toList());
  }

  private static SyncMessage heartbeat(Wire.Heartbeat in) {
    return new SyncMessage.Heartbeat(
        in.getNumber(), in.getWall(), in.getEcho(), in.getEchoMicros(), texts(in.getCarriesList()));
  }

  /** A set of texts; what is said twice counts once. */
  private static Set<String> texts(List<String> in) {
    return new HashSet<>(in);
  }

  private static Set<Writer> writers(List<Wire.Writer> in) {
    return in.stream()
        .map(writer -> new Writer(writer.getNode(), writer.getEpoch()))
        .collect(Collectors.toSet());
  }

  private static List<Mark> marks(List<Wire.Mark> in) {
    return in.stream().map(FrameDecoder::mark).toList();
  }

  private static Mark mark(Wire.Mark in) {
    return new Mark(in.getNode(), in.getEpoch(), in.getChanges(), in.getCounters());
  }

  private static List<ChangeEntry> changes(List<Wire.Change> in) {
    return in.stream()
        .map(
            change ->
                new ChangeEntry(
                    change.getType(),
                    change.getId(),
                    version(change.getVersion()),
                    change.hasContent() ? Optional.of(change.getContent()) : Optional.empty(),
                    change.getReplacedList().stream().map(FrameDecoder::version).toList()))
        .toList();
  }

  private static List<EntityVersion> entities(List<Wire.EntityVersion> in) {
    return in.stream()
        .map(
            entity ->
                new EntityVersion(entity.getType(), entity.getId(), version(entity.getVersion())))
        .toList();
  }

  private static Version version(Wire.Version in) {
    return new Version(in.getTime(), in.getNode());
  }

  /** A log; empty for one that a newer node may have. */
  private static Optional<Log> log(Wire.Log in) {
    return switch (in) {
      case LOG_CHANGES -> Optional.of(Log.CHANGES);
      case LOG_COUNTERS -> Optional.of(Log.COUNTERS);
      case LOG_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
