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
import java.util.List;
import java.util.Set;

/** Turns the messages of one direction of a link into frames, in the order in which they leave. */
final class FrameEncoder {
  private final SlotNames.Given names = new SlotNames.Given(SlotNames.MAX_NAMES);

  Wire.Frame encode(SyncMessage message) {
    Wire.Frame.Builder frame = Wire.Frame.newBuilder();
    switch (message) {
      case SyncMessage.Hello hello -> frame.setHello(hello(hello));
      case SyncMessage.Subscribe subscribe ->
          frame
              .getSubscribeBuilder()
              .addAllNodes(subscribe.nodes())
              .addAllRegions(subscribe.regions())
              .addAllCovered(marks(subscribe.covered()));
      case SyncMessage.Subscribed subscribed ->
          frame.getSubscribedBuilder().setComplete(subscribed.complete());
      case SyncMessage.Counters counters ->
          frame
              .getCountersBuilder()
              .setSlots(names.encode(counters.slots()))
              .addAllCovered(marks(counters.covered()));
      case SyncMessage.Changes changes ->
          frame
              .getChangesBuilder()
              .addAllChanges(changes(changes.changes()))
              .addAllCovered(marks(changes.covered()));
      case SyncMessage.DigestRequest request ->
          frame
              .getDigestRequestBuilder()
              .setLog(log(request.log()))
              .setRound(request.round())
              .setSum(request.sum())
              .addAllWithout(writers(request.without()));
      case SyncMessage.Digest digest ->
          frame
              .getDigestBuilder()
              .setLog(log(digest.log()))
              .setRound(digest.round())
              .addAllBuckets(digest.buckets())
              .addAllCovered(marks(digest.covered()));
      case SyncMessage.BucketRequest request ->
          frame
              .getBucketRequestBuilder()
              .setLog(log(request.log()))
              .setRound(request.round())
              .addAllBuckets(request.buckets())
              .addAllWithout(writers(request.without()));
      case SyncMessage.BucketSlots slots ->
          frame
              .getBucketSlotsBuilder()
              .setRound(slots.round())
              .setSlots(names.encode(slots.slots()))
              .setLast(slots.last());
      case SyncMessage.BucketVersions versions ->
          frame
              .getBucketVersionsBuilder()
              .setRound(versions.round())
              .addAllVersions(entities(versions.versions()))
              .setLast(versions.last());
      case SyncMessage.ChangeRequest request ->
          frame
              .getChangeRequestBuilder()
              .setRound(request.round())
              .addAllEntities(entities(request.entities()))
              .setLast(request.last());
      case SyncMessage.FetchedChanges fetched ->
          frame
              .getFetchedChangesBuilder()
              .setRound(fetched.round())
              .addAllChanges(changes(fetched.changes()))
              .setLast(fetched.last());
      case SyncMessage.Progress progress ->
          frame
              .getProgressBuilder()
              .addAllMarks(progress.marks().stream().map(FrameEncoder::memberMark).toList());
      case SyncMessage.Refusals refusals ->
          frame
              .getRefusalsBuilder()
              .setMember(refusals.member())
              .setEpoch(refusals.epoch())
              .setRevision(refusals.revision())
              .addAllChanges(entities(refusals.changes()));
      case SyncMessage.Repaired repaired -> frame.getRepairedBuilder().setHops(repaired.hops());
      case SyncMessage.Heartbeat heartbeat ->
          frame
              .getHeartbeatBuilder()
              .setNumber(heartbeat.number())
              .setWall(heartbeat.wallMillis())
              .setEcho(heartbeat.echo())
              .setEchoMicros(heartbeat.echoMicros())
              .addAllCarries(heartbeat.carries());
    }
    return frame.build();
  }

  static Wire.Frame goodbye(String reason) {
    return Wire.Frame.newBuilder().setGoodbye(Wire.Goodbye.newBuilder().setReason(reason)).build();
  }

  private static Wire.Hello hello(SyncMessage.Hello hello) {
    return Wire.Hello.newBuilder()
        .setNode(hello.node())
        .setEpoch(hello.epoch())
        .setRegion(hello.region())
        .setCluster(hello.cluster())
        .setOldest(hello.oldest())
        .setNewest(hello.newest())
        .addAllCapabilities(hello.capabilities())
        .setProduct(hello.product())
        .setAddress(hello.address())
        .build();
  }

  private static List<Wire.Writer> writers(Set<Writer> writers) {
    return writers.stream()
        .map(w -> Wire.Writer.newBuilder().setNode(w.node()).setEpoch(w.epoch()).build())
        .toList();
  }

  private static List<Wire.Mark> marks(List<Mark> marks) {
    return marks.stream().map(FrameEncoder::mark).toList();
  }

  private static Wire.Mark mark(Mark mark) {
    return Wire.Mark.newBuilder()
        .setNode(mark.node())
        .setEpoch(mark.epoch())
        .setChanges(mark.changes())
        .setCounters(mark.counters())
        .build();
  }

  private static Wire.MemberMark memberMark(MemberMark mark) {
    return Wire.MemberMark.newBuilder()
        .setMember(mark.member())
        .setEpoch(mark.epoch())
        .setMark(mark(mark.mark()))
        .setCanary(mark.canary())
        .build();
  }

  private static List<Wire.Change> changes(List<ChangeEntry> changes) {
    return changes.stream().map(FrameEncoder::change).toList();
  }

  private static Wire.Change change(ChangeEntry change) {
    Wire.Change.Builder out =
        Wire.Change.newBuilder()
            .setType(change.type())
            .setId(change.id())
            .setVersion(version(change.version()));
    change.content().ifPresent(out::setContent);
    change.replaced().forEach(old -> out.addReplaced(version(old)));
    return out.build();
  }

  private static List<Wire.EntityVersion> entities(List<EntityVersion> entities) {
    return entities.stream()
        .map(
            entity ->
                Wire.EntityVersion.newBuilder()
                    .setType(entity.type())
                    .setId(entity.id())
                    .setVersion(version(entity.version()))
                    .build())
        .toList();
  }

  private static Wire.Version version(Version version) {
    return Wire.Version.newBuilder().setTime(version.time()).setNode(version.node()).build();
  }

  private static Wire.Log log(Log log) {
    return switch (log) {
      case CHANGES -> Wire.Log.LOG_CHANGES;
      case COUNTERS -> Wire.Log.LOG_COUNTERS;
    };
  }
}
