package bifrost.runtime.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.WireFormat;
import bifrost.api.provider.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UploadBodyTest {
  private static final String TYPE = "multipart/form-data; boundary=XX";

  private static String part(String name, String extra, String content) {
    return "--XX\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n%s\r\n"
        .formatted(name, extra, content);
  }

  private static byte[] upload(boolean modelFirst, int fileSize) {
    byte[] noise = new byte[fileSize];
    new Random(1).nextBytes(noise);
    String file =
        part("file", "; filename=\"a.wav\"", new String(noise, StandardCharsets.ISO_8859_1));
    String model = part("model", "", "openai/whisper-1");
    String all = (modelFirst ? model + file : file + model) + "--XX--\r\n";
    return all.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static UploadBody read(byte[] bytes, long declared) throws IOException {
    return assertInstanceOf(
            UploadBody.Result.Read.class,
            UploadBody.read(new ByteArrayInputStream(bytes), declared, TYPE))
        .body();
  }

  private static byte[] sent(UploadBody body) throws IOException {
    RawEdits edits = new RawEdits("whisper-1", false, OptionalLong.empty(), "");
    Payload.Raw raw = (Payload.Raw) body.raw(WireFormat.OPENAI, edits);
    try (InputStream in = raw.body().open()) {
      byte[] all = in.readAllBytes();
      if (raw.body().length() >= 0) {
        assertEquals(raw.body().length(), all.length);
      }
      return all;
    }
  }

  private static void assertOnlyModelDiffers(byte[] before, byte[] after) {
    assertEquals(
        new String(before, StandardCharsets.ISO_8859_1).replace("openai/whisper-1", "whisper-1"),
        new String(after, StandardCharsets.ISO_8859_1));
  }

  @Test
  void smallUploadsAreSentAgainAsOftenAsNeeded() throws IOException {
    byte[] bytes = upload(false, 1000);
    UploadBody body = read(bytes, bytes.length);
    assertEquals("openai/whisper-1", body.model());
    assertOnlyModelDiffers(bytes, sent(body));
    assertOnlyModelDiffers(bytes, sent(body));
    assertTrue(body.replayable());
  }

  @Test
  void aModelBeforeALargeFileLetsTheRestStreamThroughOnce() throws IOException {
    byte[] bytes = upload(true, 3 << 20);
    int[] taken = {0};
    InputStream counting =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            int n = super.read(into, offset, length);
            taken[0] += Math.max(n, 0);
            return n;
          }
        };
    UploadBody body =
        assertInstanceOf(
                UploadBody.Result.Read.class, UploadBody.read(counting, bytes.length, TYPE))
            .body();
    assertTrue(taken[0] <= 64 * 1024, "read " + taken[0] + " bytes before the provider asked");
    assertOnlyModelDiffers(bytes, sent(body));
    assertFalse(body.replayable());
    assertThrows(IOException.class, () -> sent(body));
  }

  @Test
  void aModelBehindALargeFileIsFoundOnDiskAndTheUploadCanBeSentAgain() throws IOException {
    byte[] bytes = upload(false, 3 << 20);
    try (UploadBody body = read(bytes, -1)) {
      assertOnlyModelDiffers(bytes, sent(body));
      assertOnlyModelDiffers(bytes, sent(body));
    }
  }

  @Test
  void theScannerFindsTheSameWhereverTheBytesAreSplit() {
    byte[] bytes = upload(false, 64);
    for (int split = 0; split <= bytes.length; split++) {
      MultipartScanner scanner = new MultipartScanner("XX");
      scanner.feed(bytes, 0, split);
      scanner.feed(bytes, split, bytes.length - split);
      assertEquals("", scanner.fault());
      assertTrue(scanner.complete());
      assertEquals("openai/whisper-1", scanner.field("model").orElseThrow().value());
    }
  }

  @Test
  void malformedUploadsAreRefused() throws IOException {
    assertRefused("no boundary here", TYPE, "start with its boundary");
    assertRefused("--XX\r\n\r\nx\r\n--XX--", TYPE, "no name");
    assertRefused(part("file", "; filename=\"x\"", "abc") + "--XX--", TYPE, "'model' is missing");
    assertRefused(part("model", "", "a/b") + part("model", "", "c"), TYPE, "twice");
    assertRefused(part("file", "; filename=\"x\"", "abc"), TYPE, "closing boundary");
    assertRefused("--XX", "multipart/form-data", "names no boundary");
  }

  private static void assertRefused(String body, String type, String message) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    UploadBody.Result result = UploadBody.read(new ByteArrayInputStream(bytes), bytes.length, type);
    String said = assertInstanceOf(UploadBody.Result.Refused.class, result).refusal().message();
    assertTrue(said.contains(message), said);
  }
}
