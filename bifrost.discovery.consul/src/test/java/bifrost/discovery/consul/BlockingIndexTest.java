package bifrost.discovery.consul;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockingIndexTest {
  @ParameterizedTest
  @CsvSource({"0, 7, 7", "7, 7, 7", "7, 9, 9", "9, 7, 0", "7, 0, 0", "7, -1, 0"})
  void anIndexThatGoesBackOrIsNoneStartsAnew(long asked, long answered, long next) {
    assertEquals(
        BigInteger.valueOf(next),
        BlockingIndex.next(BigInteger.valueOf(asked), BigInteger.valueOf(answered)));
  }

  @Test
  void aMissingIndexStartsAnew() {
    assertEquals(BigInteger.ZERO, BlockingIndex.next(BigInteger.TEN, null));
  }
}
