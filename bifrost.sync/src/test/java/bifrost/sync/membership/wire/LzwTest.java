package bifrost.sync.membership.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LzwTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|AAMC",
        "a|AMMEBA==",
        "abababababababab|AMOIEUhwoMGCAQE=",
        "the mesh, the mesh, the mesh|AOmgKQOiTZk5aFiAEEjQIEKFDAseRBMQ"
      })
  void bytesAreThoseOfTheGoLibrary(String text, String expected) throws Exception {
    byte[] data = text.getBytes(StandardCharsets.US_ASCII);
    assertEquals(expected, Base64.getEncoder().encodeToString(Lzw.compress(data)));
    assertArrayEquals(data, Lzw.decompress(Base64.getDecoder().decode(expected), 100));
  }

  @Test
  void theTableIsClearedAtTheSameCodeAsInTheGoLibrary() throws Exception {
    byte[] data = new byte[20_000];
    int x = 1;
    for (int i = 0; i < data.length; i++) {
      x = x * 1_103_515_245 + 12_345;
      data[i] = (byte) (x >>> 16 & 31);
    }
    byte[] packed = Lzw.compress(data);
    CRC32 crc = new CRC32();
    crc.update(packed);
    assertEquals(15_916, packed.length);
    assertEquals(74_078_626L, crc.getValue());
    assertArrayEquals(data, Lzw.decompress(packed, data.length));
  }

  @Test
  void everyLengthSurvivesARoundTrip() throws Exception {
    Random random = new Random(1);
    for (int length = 0; length < 12_000; length += 1 + length / 20) {
      byte[] data = new byte[length];
      int spread = 1 + random.nextInt(256);
      for (int i = 0; i < length; i++) {
        data[i] = (byte) random.nextInt(spread);
      }
      assertArrayEquals(data, Lzw.decompress(Lzw.compress(data), length), "length " + length);
    }
  }

  @Test
  void aBombIsRefusedAtTheLimit() {
    byte[] packed = Lzw.compress(new byte[1_000_000]);
    BadMessageException e =
        assertThrows(BadMessageException.class, () -> Lzw.decompress(packed, 64 << 10));
    assertEquals(DropReason.TOO_LARGE, e.reason());
  }
}
