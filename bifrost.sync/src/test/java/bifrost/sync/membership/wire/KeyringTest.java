package bifrost.sync.membership.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyringTest {
  private static final byte[] A = new byte[16];
  private static final byte[] B = "0123456789abcdef".getBytes();

  @Test
  void aKeyHas16Or24Or32Bytes() {
    for (int length : new int[] {0, 15, 17, 33}) {
      assertThrows(IllegalArgumentException.class, () -> Keyring.EMPTY.add(new byte[length]));
    }
    for (int length : new int[] {16, 24, 32}) {
      assertEquals(1, Keyring.EMPTY.add(new byte[length]).size());
    }
  }

  @Test
  void theKeyThatEncryptsCannotBeRemovedAndAnUnknownOneCannotBeUsed() {
    Keyring ring = Keyring.of(List.of(A));
    assertThrows(IllegalArgumentException.class, () -> ring.remove(A));
    assertThrows(IllegalArgumentException.class, () -> ring.use(B));
    assertEquals(1, ring.add(B).use(B).remove(A).size());
    assertEquals(1, ring.add(A).size());
  }

  @Test
  void encryptionIsNotTurnedOnOrOffWhileRunning() {
    Security security = new Security(Label.NONE, Keyring.of(List.of(A)));
    assertThrows(IllegalArgumentException.class, () -> security.replace(Keyring.EMPTY));
    security.replace(security.keys().add(B));
    assertEquals(2, security.keys().size());
  }
}
