package bifrost.runtime.snapshot;

import java.time.Instant;
import java.time.InstantSource;

/** A wall clock that tests set. */
public final class TestClock implements InstantSource {
  private volatile long millis;

  /** A clock that stands at a time. */
  public TestClock(long millis) {
    this.millis = millis;
  }

  /** Moves it, back too. */
  public void advance(long byMillis) {
    millis += byMillis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
