package bifrost.sync.diagnosis.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Membership;
import bifrost.sync.diagnosis.rules.Reachability.Heard;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DoctorCodecTest {
  private static final Seen SEEN =
      new Seen(
          new Result(Outcome.OPEN, 0),
          new Result(Outcome.CLOSED, 7),
          new Result(Outcome.TLS_MISMATCH, 2),
          Heard.NO);

  @Test
  void everyMessageComesBackAsItWas() {
    for (DoctorMessage message :
        List.of(
            new DoctorMessage.Knock("eu-1"),
            new DoctorMessage.ClockQuestion("eu-1", -5),
            new DoctorMessage.ClockAnswer("eu-1", 5, 1_000_000_000_000L),
            new DoctorMessage.Results(
                "eu-1", true, Map.of("us-1", SEEN, "us-2", SEEN), Map.of("etcd", "name")))) {
      assertEquals(Optional.of(message), DoctorCodec.decode(DoctorCodec.encode(message)));
    }
  }

  @Test
  void whatConcernsOneMemberFitsIntoAPacket() {
    String longest = "n".repeat(64);
    Map<String, String> services = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      services.put("method" + i, "s".repeat(63));
    }
    byte[] bytes =
        DoctorCodec.encode(
            new DoctorMessage.Results(longest, false, Map.of(longest, SEEN), services));
    assertTrue(bytes.length <= Membership.MAX_DATAGRAM_PAYLOAD, bytes.length + " bytes");
    assertTrue(DoctorCodec.decode(bytes).isPresent());
  }

  @Test
  void moreResultsThanAllowedAreLeftOut() {
    Map<String, Seen> many = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      many.put("m" + i, SEEN);
    }
    byte[] bytes = DoctorCodec.encode(new DoctorMessage.Results("a", true, many, Map.of()));
    DoctorMessage.Results read = (DoctorMessage.Results) DoctorCodec.decode(bytes).orElseThrow();
    assertEquals(DoctorCodec.MAX_SEEN, read.seen().size());
  }

  @Test
  void anotherVersionOrTypeIsPassedOver() {
    byte[] bytes = DoctorCodec.encode(new DoctorMessage.Knock("a"));
    bytes[0] = 2;
    assertEquals(Optional.empty(), DoctorCodec.decode(bytes));
    bytes[0] = 1;
    bytes[1] = 99;
    assertEquals(Optional.empty(), DoctorCodec.decode(bytes));
  }

  @Test
  void anythingElseIsRefusedWithoutAnException() {
    Random random = new Random(1);
    byte[] valid =
        DoctorCodec.encode(
            new DoctorMessage.Results("eu-1", true, Map.of("us-1", SEEN), Map.of("dns", "x")));
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = Arrays.copyOf(valid, random.nextInt(valid.length + 8));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      DoctorCodec.decode(bytes)
          .ifPresent(message -> assertTrue(message.from().length() <= 64, "seed 1, round"));
    }
    for (int length = 0; length < valid.length; length++) {
      assertEquals(Optional.empty(), DoctorCodec.decode(Arrays.copyOf(valid, length)));
    }
  }
}
