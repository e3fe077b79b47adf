package bifrost.sync.membership.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hostile bytes into every decoder: only values and BadMessageException come out. */
class WireFuzzTest {
  private static final int ROUNDS = 3_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void noPacketThrowsOrAllocatesBeyondItsBound() {
    List<PacketCodec> codecs = new ArrayList<>();
    for (boolean compress : new boolean[] {false, true}) {
      codecs.add(PacketCodecTest.codec(Keyring.EMPTY, "", compress));
      codecs.add(PacketCodecTest.codec(Keyring.EMPTY, "blue", compress));
      codecs.add(PacketCodecTest.codec(PacketCodecTest.ring(PacketCodecTest.KEY), "", compress));
    }
    // LZW tables, one copy in and at most three nested expansions of 64 KiB, each grown by doubling
    long bound = 16L * WireLimits.DEFAULT.packet();
    fuzz(
        bound,
        random -> {
          PacketCodec codec = codecs.get(random.nextInt(codecs.size()));
          return codec.seal(PacketCodecTest.encoded(MessagesTest.all()), random.nextBoolean());
        },
        (random, bytes) -> codecs.get(random.nextInt(codecs.size())).open(bytes));
  }

  @Test
  void whatAPeerWithTheKeySendsIsBoundedToo() {
    PacketCodec plain = PacketCodecTest.codec(Keyring.EMPTY, "", true);
    PacketCodec keyed = PacketCodecTest.codec(PacketCodecTest.ring(PacketCodecTest.KEY), "", false);
    fuzz(
        16L * WireLimits.DEFAULT.packet(),
        random -> plain.seal(PacketCodecTest.encoded(MessagesTest.all()), false),
        (random, bytes) -> {
          if (bytes.length > 0) {
            keyed.open(keyed.seal(List.of(bytes), false));
          }
        });
  }

  @Test
  void noStreamThrowsOrAllocatesBeyondItsBound() {
    WireLimits limits = new WireLimits(64 << 10, 256 << 10, 4_096, 512, 255, 512, 64 << 10, 3);
    List<StreamCodec> codecs = new ArrayList<>();
    for (boolean compress : new boolean[] {false, true}) {
      for (Keyring keys : List.of(Keyring.EMPTY, PacketCodecTest.ring(PacketCodecTest.KEY))) {
        codecs.add(new StreamCodec(new Security(Label.NONE, keys), compress, limits));
      }
    }
    fuzz(
        16L * limits.stream(),
        random ->
            codecs
                .get(random.nextInt(codecs.size()))
                .request(StreamCodecTest.pushPull(random.nextInt(20))),
        (random, bytes) -> {
          StreamCodec codec = codecs.get(random.nextInt(codecs.size()));
          try {
            if (random.nextBoolean()) {
              codec.readRequest(StreamCodecTest.in(bytes));
            } else {
              codec.readAnswer(StreamCodecTest.in(bytes));
            }
          } catch (BadMessageException e) {
            // what it is for
          }
        });
  }

  @Test
  void lzwNeverExpandsBeyondItsLimit() {
    int limit = 10_000;
    fuzz(
        64L * 1_024 + 8L * limit,
        random -> {
          int length = random.nextInt(30) == 0 ? 30_000 : random.nextInt(500);
          byte[] data = new byte[length];
          for (int i = 0; i < data.length; i++) {
            data[i] = (byte) random.nextInt(1 + i % 7);
          }
          return Lzw.compress(data);
        },
        (random, bytes) -> {
          try {
            assertTrue(Lzw.decompress(bytes, limit).length <= limit);
          } catch (BadMessageException e) {
            // what it is for
          }
        });
  }

  private interface Source {
    byte[] next(Random random);
  }

  private interface Target {
    void accept(Random random, byte[] bytes) throws Exception;
  }

  private static void fuzz(long bound, Source valid, Target target) {
    Random seeds = new Random();
    for (int round = 0; round < ROUNDS; round++) {
      long seed = seeds.nextLong();
      Random random = new Random(seed);
      byte[] bytes = hostile(random, valid);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        target.accept(random, bytes);
      } catch (Exception | Error e) {
        fail("seed " + seed, e);
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (round > 500 && allocated > bound) { // class loading comes first
        fail("seed " + seed + " allocated " + allocated);
      }
    }
  }

  private static byte[] hostile(Random random, Source valid) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      if (noise.length > 0 && random.nextBoolean()) {
        noise[0] = (byte) random.nextInt(14);
      }
      return noise;
    }
    byte[] bytes = valid.next(random).clone();
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(Math.min(bytes.length, 64))] = (byte) random.nextInt(256);
    }
    return random.nextInt(3) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 8))
        : bytes;
  }
}
