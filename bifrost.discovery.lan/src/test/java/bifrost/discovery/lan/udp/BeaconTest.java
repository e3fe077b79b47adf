package bifrost.discovery.lan.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BeaconTest {
  private static final byte[] OLD = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NEW = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
  private static final Signature NONE = new Signature(List.of());
  private static final Signature SIGNED = new Signature(List.of(NEW, OLD));

  private final Beacon beacon =
      new Beacon(false, 42, "bifrost", new Announcement("eu-1", "eu", "fd00::1", 10101));

  @Test
  void whatIsWrittenIsRead() {
    for (Signature signature : List.of(NONE, SIGNED)) {
      assertEquals(new Beacon.Read.Heard(beacon), Beacon.read(beacon.encode(signature), signature));
    }
  }

  @Test
  void theLargestBeaconFitsIntoADatagram() {
    Announcement node = new Announcement("n".repeat(64), "r".repeat(64), "h".repeat(253), 65_535);
    byte[] bytes = new Beacon(true, Long.MAX_VALUE, "s".repeat(63), node).encode(SIGNED);
    assertTrue(bytes.length <= Beacon.MAX_BYTES, () -> "is " + bytes.length);
  }

  @Test
  void anyKeyOfTheRingVerifies() {
    byte[] old = beacon.encode(new Signature(List.of(OLD)));
    assertEquals(new Beacon.Read.Heard(beacon), Beacon.read(old, SIGNED));
  }

  @Test
  void aSignatureThatDoesNotFitIsToldWithTheFix() {
    assertUnusable(beacon.encode(NONE), SIGNED, "is not signed");
    assertUnusable(beacon.encode(SIGNED), NONE, "this node has no key");
    assertUnusable(beacon.encode(new Signature(List.of(new byte[16]))), SIGNED, "with another key");
  }

  @Test
  void everyChangeOfASignedBeaconIsNoticed() {
    byte[] good = beacon.encode(SIGNED);
    for (int i = 0; i < good.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bytes = good.clone();
        bytes[i] ^= (byte) (1 << bit);
        Beacon.Read read = Beacon.read(bytes, SIGNED);
        assertTrue(!(read instanceof Beacon.Read.Heard), "bit " + bit + " of byte " + i);
      }
    }
  }

  @Test
  void whateverBytesComeTheyAreReadOrLeftOut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = beacon.encode(NONE);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = random.nextBoolean() ? good.clone() : new byte[random.nextInt(600)];
      for (int i = random.nextInt(8); i >= 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        if (Beacon.read(bytes, NONE) instanceof Beacon.Read.Heard(var heard)) {
          heard.candidate();
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }

  private static void assertUnusable(byte[] datagram, Signature signature, String why) {
    Beacon.Read.Unusable read =
        assertInstanceOf(Beacon.Read.Unusable.class, Beacon.read(datagram, signature));
    assertEquals("bifrost", read.serviceName());
    assertTrue(read.why().contains(why), read.why());
  }
}
