package bifrost.runtime.journal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bifrost.api.journal.RequestPayload;
import bifrost.api.model.Secret;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PayloadSealTest {
  private static final RequestPayload PAYLOAD =
      new RequestPayload("id-1", 7, bytes("the question"), bytes("the answer"), true);

  @Test
  void aLaterLifeWithTheSameKeyOpensIt() throws Exception {
    EncodedRecord frame = RecordCodec.encode(new PayloadSeal(box("ab")).seal(PAYLOAD));
    assertFalse(new String(frame.body(), StandardCharsets.ISO_8859_1).contains("the "));
    PayloadSeal later = new PayloadSeal(box("ab"));
    for (int i = 0; i < 2; i++) {
      RequestPayload opened = later.open((SpoolRecord.Sealed) RecordCodec.decode(frame));
      assertEquals("id-1", opened.id());
      assertArrayEquals(PAYLOAD.request(), opened.request());
      assertArrayEquals(PAYLOAD.response(), opened.response());
    }
  }

  @Test
  void everyFlippedByteAndAnotherKeyAreRefused() {
    PayloadSeal seal = new PayloadSeal(box("ab"));
    byte[] sealed = seal.seal(PAYLOAD).bytes();
    for (int i = 0; i < sealed.length; i++) {
      byte[] flipped = sealed.clone();
      flipped[i] ^= 1;
      assertThrows(
          MalformedRecordException.class, () -> seal.open(new SpoolRecord.Sealed(flipped)));
    }
    assertThrows(
        MalformedRecordException.class,
        () -> new PayloadSeal(box("cd")).open(new SpoolRecord.Sealed(sealed)));
    assertThrows(
        MalformedRecordException.class, () -> seal.open(new SpoolRecord.Sealed(new byte[40])));
  }

  private static SecretBox box(String key) {
    return new SecretBox(new KeyMaterial.Generated(Secret.of(key.repeat(32)), "file"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
