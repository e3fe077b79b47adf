package bifrost.providers.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoModelTest {

  @Test
  void aPlainNameAsksForNothing() {
    EchoModel plain = EchoModel.parse("echo-1").orElseThrow();
    assertEquals(Duration.ZERO, plain.delay());
    assertEquals(OptionalInt.empty(), plain.chunks());
    assertEquals(OptionalInt.empty(), plain.error());
    assertEquals(OptionalInt.empty(), plain.cut());
  }

  @Test
  void partsAreJoinedInAnyOrder() {
    EchoModel expected =
        new EchoModel(
            Duration.ofMillis(250),
            OptionalInt.of(50),
            Duration.ofMillis(20),
            OptionalInt.of(429),
            Optional.of(Duration.ofSeconds(2)),
            OptionalInt.of(3));
    assertEquals(
        Optional.of(expected), EchoModel.parse("delay-250ms+chunks-50-20ms+error-429-2s+cut-3"));
    assertEquals(
        Optional.of(expected),
        EchoModel.parse("cut-3+error-429-2s+echo-1+chunks-50-20ms+delay-250ms"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "echo",
        "echo-1+",
        "+echo-1",
        "delay-",
        "delay-5",
        "delay-5m",
        "delay-601s",
        "delay--5ms",
        "delay-1s+delay-1s",
        "chunks-0",
        "chunks-10001",
        "chunks-5-61s",
        "chunks-5-",
        "error-200",
        "error-399",
        "error-600",
        "error-503-",
        "cut-0",
        "cut-10001",
        "cut-1+cut-2",
        "DELAY-5ms",
        "delay-5ms cut-1",
        "delay-99999999999s",
        "error-503-2s-3s",
        "gpt-4o"
      })
  void anythingElseIsNoModel(String name) {
    assertEquals(Optional.empty(), EchoModel.parse(name));
  }

  @Test
  void theLongestNameIsBounded() {
    assertEquals(Optional.empty(), EchoModel.parse("echo-1+".repeat(100_000) + "echo-1"));
  }

  @Test
  void theBoundsThemselvesAreAllowed() {
    assertEquals(Duration.ofMinutes(10), EchoModel.parse("delay-600s").orElseThrow().delay());
    assertEquals(Duration.ofMinutes(1), EchoModel.parse("chunks-10000-60s").orElseThrow().gap());
  }
}
