package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.ledger.Slot;
import bifrost.sync.replication.grpc.v1.Wire;
import bifrost.sync.replication.message.SyncMessage;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  private final FrameEncoder encoder = new FrameEncoder();
  private final FrameDecoder decoder = new FrameDecoder();

  @Test
  void everyMessageComesBackAsItWas() throws IOException {
    for (SyncMessage message : Messages.ALL) {
      assertEquals(Optional.of(message), overTheWire(message));
    }
    assertEquals(
        SyncMessage.class.getPermittedSubclasses().length,
        Messages.ALL.stream().map(Object::getClass).distinct().count());
  }

  @Test
  void whatWasNamedOnceIsSentAsANumber() throws IOException {
    List<Slot> slots = IntStream.range(0, 1_000).mapToObj(Messages::slot).toList();
    SyncMessage message = new SyncMessage.Counters(slots, List.of());
    int first = encode(message).length;
    int again = encode(message).length;
    assertTrue(again < 8 * slots.size() && again < first / 2, again + " bytes after " + first);
  }

  @Test
  void namesStartAfreshWhenThereAreTooMany() {
    SlotNames.Given given = new SlotNames.Given(10);
    SlotNames.Taken taken = new SlotNames.Taken(10);
    for (int from = 0; from < 100; from += 3) {
      List<Slot> slots = IntStream.range(from, from + 3).mapToObj(Messages::slot).toList();
      assertEquals(slots, taken.decode(given.encode(slots)));
    }
  }

  @Test
  void aSenderThatNamesTooManyIsRefused() {
    SlotNames.Given given = new SlotNames.Given(1_000);
    SlotNames.Taken taken = new SlotNames.Taken(10);
    List<Slot> slots = IntStream.range(0, 11).mapToObj(Messages::slot).toList();
    assertThrows(IllegalArgumentException.class, () -> taken.decode(given.encode(slots)));
  }

  @Test
  void slotsThatDoNotFitTogetherAreRefused() {
    refused(Wire.Slots.newBuilder().addWindow(0).addWriter(0).addValue(1));
    refused(Wire.Slots.newBuilder().addValue(1));
    Wire.CounterWindow endless =
        Wire.CounterWindow.newBuilder()
            .setCounter("c")
            .setWindow(Long.MAX_VALUE)
            .setLength(1)
            .build();
    refused(Wire.Slots.newBuilder().addWindows(endless));
    Wire.Writer writer = Wire.Writer.newBuilder().setNode("n").setEpoch(1).build();
    refused(
        Wire.Slots.newBuilder()
            .addWindows(endless.toBuilder().setWindow(0))
            .addWriters(writer)
            .addWindow(-1)
            .addWriter(0)
            .addValue(1));
  }

  @Test
  void aMessageThatANewerNodeKnowsIsPassedOver() throws IOException {
    Wire.Frame newer =
        Wire.Frame.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(Wire.Hello.getDefaultInstance().toByteString())
                            .build())
                    .build())
            .build();
    FrameScan.check(newer.toByteArray());
    assertEquals(Optional.empty(), decoder.decode(Wire.Frame.parseFrom(newer.toByteArray())));
    Wire.Frame newLog =
        Wire.Frame.newBuilder()
            .setDigestRequest(Wire.DigestRequest.newBuilder().setLogValue(77).setRound(1))
            .build();
    assertEquals(Optional.empty(), decoder.decode(newLog));
  }

  @Test
  void anUnknownFieldOfAKnownMessageIsPassedOver() throws IOException {
    Wire.Frame frame = encoder.encode(Messages.hello("eu-1"));
    UnknownFieldSet more =
        UnknownFieldSet.newBuilder()
            .addField(1_000, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
            .build();
    byte[] bytes =
        frame.toBuilder()
            .setHello(frame.getHello().toBuilder().setUnknownFields(more))
            .build()
            .toByteArray();
    FrameScan.check(bytes);
    assertEquals(Optional.of(Messages.hello("eu-1")), decoder.decode(Wire.Frame.parseFrom(bytes)));
  }

  @Test
  void aFrameOfVeryManyEmptyEntriesIsRefusedBeforeItIsParsed() {
    Wire.Subscribe.Builder subscribe = Wire.Subscribe.newBuilder();
    for (int i = 0; i < 70_000; i++) {
      subscribe.addCovered(Wire.Mark.getDefaultInstance());
    }
    refusedByScan(Wire.Frame.newBuilder().setSubscribe(subscribe).build());
    Wire.Slots.Builder slots = Wire.Slots.newBuilder();
    for (int i = 0; i < 50_000; i++) {
      slots.addWindow(0);
    }
    refusedByScan(
        Wire.Frame.newBuilder().setCounters(Wire.Counters.newBuilder().setSlots(slots)).build());
  }

  @Test
  void fullMessagesPassTheScan() throws IOException {
    List<Slot> slots = IntStream.range(0, 4_096).mapToObj(Messages::slot).toList();
    SyncMessage message =
        new SyncMessage.Counters(slots, new ArrayList<>(List.of(Messages.MARK, Messages.MARK)));
    assertEquals(Optional.of(message), overTheWire(message));
  }

  @Test
  void damagedFramesAreRefusedOrDecodedAndNothingElse() throws IOException {
    long seed = 20_260_601;
    Random random = new Random(seed);
    List<byte[]> frames = new ArrayList<>();
    for (SyncMessage message : Messages.ALL) {
      frames.add(encode(message));
    }
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] frame = frames.get(random.nextInt(frames.size())).clone();
      for (int damage = random.nextInt(4); damage >= 0 && frame.length > 0; damage--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
      }
      try {
        FrameScan.check(frame);
        decoder.decode(Wire.Frame.parseFrom(frame));
      } catch (IOException | IllegalArgumentException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", frame " + i, e);
      }
    }
    assertTrue(refused > 1_000, refused + " refused");
  }

  private Optional<SyncMessage> overTheWire(SyncMessage message) throws IOException {
    byte[] bytes = encode(message);
    FrameScan.check(bytes);
    return decoder.decode(Wire.Frame.parseFrom(bytes));
  }

  private byte[] encode(SyncMessage message) {
    return encoder.encode(message).toByteArray();
  }

  private static void refused(Wire.Slots.Builder slots) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SlotNames.Taken(SlotNames.MAX_NAMES).decode(slots.build()));
  }

  private static void refusedByScan(Wire.Frame frame) {
    assertThrows(IOException.class, () -> FrameScan.check(frame.toByteArray()));
  }
}
