package bifrost.runtime.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.runtime.routing.RetryPolicy.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private final RetryPolicy policy = new RetryPolicy(() -> 0.5);
  private final ProviderConfig config =
      new ProviderConfig(
          "p",
          Optional.empty(),
          NetworkSettings.DEFAULT,
          2,
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          1,
          1,
          Limits.NONE);

  private static UpstreamFailure failure(Kind kind, Duration retryAfter) {
    return new UpstreamFailure(
        kind, 0, "", Optional.ofNullable(retryAfter), new byte[0], "", false);
  }

  @Test
  void networkAndServerErrorsAreRepeatedOnTheSameKeyWithDoublingWaits() {
    for (Kind kind :
        List.of(Kind.CONNECTION, Kind.TIMEOUT, Kind.SERVER_ERROR, Kind.OVERLOADED, Kind.PROTOCOL)) {
      assertEquals(
          new Next.SameKey(Duration.ofMillis(500)), policy.after(failure(kind, null), 0, config));
      assertEquals(
          new Next.SameKey(Duration.ofMillis(1000)), policy.after(failure(kind, null), 1, config));
      assertEquals(new Next.NextCandidate(), policy.after(failure(kind, null), 2, config));
    }
  }

  @Test
  void aRateLimitRotatesTheKeyAndWaitsAsWishedOnlyWhenNoneIsLeft() {
    Next next = policy.after(failure(Kind.RATE_LIMITED, Duration.ofSeconds(3)), 0, config);
    Next.OtherKey other = assertInstanceOf(Next.OtherKey.class, next);
    assertEquals(new Next.AnyKey(Duration.ofSeconds(3)), other.otherwise());
  }

  @Test
  void aWishOfMinutesIsNotWaitedFor() {
    Next next = policy.after(failure(Kind.RATE_LIMITED, Duration.ofMinutes(10)), 0, config);
    assertEquals(new Next.NextCandidate(), assertInstanceOf(Next.OtherKey.class, next).otherwise());
  }

  @Test
  void aRefusedCredentialIsDeadAndRotatesEvenWithoutRetries() {
    ProviderConfig none = ProviderConfig.named("p");
    for (Kind kind : List.of(Kind.CREDENTIAL, Kind.BILLING)) {
      Next next = policy.after(failure(kind, null), 0, none);
      assertEquals(new Next.OtherKey(true, new Next.NextCandidate()), next);
    }
  }

  @Test
  void theRequestsOwnFaultIsNeverRepeated() {
    assertEquals(new Next.GiveUp(), policy.after(failure(Kind.INVALID_REQUEST, null), 0, config));
    assertEquals(new Next.GiveUp(), policy.after(failure(Kind.CUT, null), 0, config));
    assertEquals(new Next.NextCandidate(), policy.after(failure(Kind.NOT_FOUND, null), 0, config));
  }

  @Test
  void waitsStayWithinTheJitterAndTheLongest() {
    assertEquals(
        new Next.SameKey(Duration.ofMillis(400)),
        new RetryPolicy(() -> 0).after(failure(Kind.SERVER_ERROR, null), 0, config));
    ProviderConfig many =
        new ProviderConfig(
            "p",
            Optional.empty(),
            NetworkSettings.DEFAULT,
            10,
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            1,
            1,
            Limits.NONE);
    assertEquals(
        new Next.SameKey(Duration.ofSeconds(5)),
        policy.after(failure(Kind.SERVER_ERROR, null), 9, many));
  }
}
