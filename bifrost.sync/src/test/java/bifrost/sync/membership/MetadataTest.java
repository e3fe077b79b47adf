package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.MemberInfo;
import bifrost.api.model.InvalidConfigException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetadataTest {
  private static final MemberInfo INFO =
      new MemberInfo(
          "eu-west-1", "10.0.0.1:8080", "[::1]:10102", "1.0.0", Set.of("sync:v1", "ack:v1"));

  @Test
  void whatIsWrittenIsRead() {
    assertEquals(INFO, Metadata.decode(Metadata.encode(INFO)));
    assertEquals(Metadata.UNKNOWN, Metadata.decode(Metadata.encode(Metadata.UNKNOWN)));
  }

  @Test
  void moreThan512BytesAreRefused() {
    MemberInfo large = INFO;
    for (int i = 0; i < 10; i++) {
      large = large.withCapability(i + "x".repeat(60));
    }
    MemberInfo tooLarge = large;
    assertThrows(InvalidConfigException.class, () -> Metadata.encode(tooLarge));
    assertThrows(
        InvalidConfigException.class, () -> Metadata.encode(INFO.withHttpAddress("x".repeat(256))));
  }

  @Test
  void fieldsOfALaterVersionArePassedOver() {
    byte[] bytes = Metadata.encode(INFO);
    byte[] later = Arrays.copyOf(bytes, bytes.length + 4);
    later[bytes.length] = 99;
    later[bytes.length + 1] = 2;
    assertEquals(INFO, Metadata.decode(later));
  }

  @Test
  void hostileMetadataIsReadAsSomethingHarmless() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = i % 2 == 0 ? new byte[random.nextInt(512)] : Metadata.encode(INFO);
      if (i % 2 == 0) {
        random.nextBytes(bytes);
      } else {
        bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
      }
      MemberInfo read = Metadata.decode(bytes);
      assertNotNull(read);
      assertTrue(read.region().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), read.region());
    }
  }
}
