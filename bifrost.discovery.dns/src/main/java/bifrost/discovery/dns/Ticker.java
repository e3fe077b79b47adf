package bifrost.discovery.dns;

import java.util.concurrent.TimeUnit;

/** Time that only grows, and waiting for it. */
interface Ticker {
  /** The time that passes. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }
      };

  long nanos();

  void sleep(long nanos) throws InterruptedException;
}
