package bifrost.admin.rest.auth;

import bifrost.api.management.PasswordHasher;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares name and password with the administrator's. Hashing is slow on purpose: few comparisons
 * run at once, an address that fails has to wait, and what was right once is recognised by a digest
 * under a key of this process.
 */
final class PasswordGate {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordGate.class);
  private static final int AT_ONCE = 2;
  private static final long WAIT_SECONDS = 3;
  private static final int LONGEST = 1024;

  private final PasswordHasher hasher;
  private final Throttle throttle;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final byte[] processKey = new byte[32];
  private volatile byte[] lastRight = new byte[0];

  PasswordGate(PasswordHasher hasher, InstantSource clock) {
    this.hasher = hasher;
    this.throttle = new Throttle(clock);
    new SecureRandom().nextBytes(processKey);
  }

  /** Why these credentials are not taken; empty when they are the administrator's. */
  Optional<Refusal> check(AuthSettings auth, String username, Secret password, String address) {
    Duration blocked = throttle.blocked(address);
    if (!blocked.isZero()) {
      return Optional.of(
          Refusal.of(
                  429,
                  "too_many_failures",
                  "too many failed logins from %s, wait %d s"
                      .formatted(address, (blocked.toMillis() + 999) / 1000))
              .retryAfter(blocked));
    }
    byte[] digest =
        Digests.mac(processKey, auth.passwordHash().reveal(), username, password.reveal());
    if (MessageDigest.isEqual(digest, lastRight)) {
      throttle.succeeded(address);
      return Optional.empty();
    }
    return compare(auth, username, password, address, digest);
  }

  private Optional<Refusal> compare(
      AuthSettings auth, String username, Secret password, String address, byte[] digest) {
    if (!takeTurn()) {
      return Optional.of(
          Refusal.of(503, "overloaded", "too many logins at once, try again")
              .retryAfter(Duration.ofSeconds(WAIT_SECONDS)));
    }
    boolean right;
    try {
      right =
          password.reveal().length() <= LONGEST
              && hasher.matches(password, auth.passwordHash())
              && MessageDigest.isEqual(bytes(username), bytes(auth.username()));
    } finally {
      turns.release();
    }
    if (right) {
      lastRight = digest;
      throttle.succeeded(address);
      return Optional.empty();
    }
    if (throttle.failed(address)) {
      LOG.warn("{}: failed logins, further ones have to wait", address);
    }
    return Optional.of(Refusal.of(401, "invalid_credentials", "wrong user name or password"));
  }

  private boolean takeTurn() {
    try {
      return turns.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
