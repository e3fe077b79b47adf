package bifrost.admin.rest.auth;

import bifrost.api.snapshot.AuthSettings;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bearer tokens of logins: an expiry and a random number, signed with a key that is derived from
 * the stored hash of the password. So every node of a cluster takes a token, it outlives a restart,
 * and a new password ends them all. A logout is remembered by this node alone.
 */
final class SessionTokens {
  static final Duration LIFETIME = Duration.ofHours(12);
  private static final String PREFIX = "bfs_";
  private static final int PAYLOAD = 24;
  private static final int MAC = 32;
  private static final int MOST_REVOKED = 10_000;
  private static final String PURPOSE = "bifrost management session";

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ByteBuffer, Long> revoked = new LinkedHashMap<>();

  /**
   * A token.
   *
   * @param text what the client sends
   * @param expires when it ends
   */
  record Token(String text, Instant expires) {
    @Override
    public String toString() {
      return "Token[" + expires + "]";
    }
  }

  SessionTokens(InstantSource clock) {
    this.clock = clock;
  }

  /** A new token of the administrator. */
  Token issue(AuthSettings auth) {
    Instant expires = clock.instant().plus(LIFETIME);
    byte[] nonce = new byte[PAYLOAD - Long.BYTES];
    random.nextBytes(nonce);
    byte[] payload =
        ByteBuffer.allocate(PAYLOAD).putLong(expires.toEpochMilli()).put(nonce).array();
    byte[] whole = ByteBuffer.allocate(PAYLOAD + MAC).put(payload).put(sign(auth, payload)).array();
    return new Token(
        PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole), expires);
  }

  /** Whether a text is a token of the administrator that still holds. */
  boolean isValid(AuthSettings auth, String text) {
    Optional<ByteBuffer> payload = verified(auth, text);
    if (payload.isEmpty() || payload.get().getLong(0) <= clock.millis()) {
      return false;
    }
    lock.lock();
    try {
      return !revoked.containsKey(payload.get());
    } finally {
      lock.unlock();
    }
  }

  /** Ends a token on this node. */
  void revoke(AuthSettings auth, String text) {
    verified(auth, text).ifPresent(this::remember);
  }

  private void remember(ByteBuffer payload) {
    long now = clock.millis();
    lock.lock();
    try {
      revoked.values().removeIf(expires -> expires <= now);
      Iterator<ByteBuffer> oldest = revoked.keySet().iterator();
      while (revoked.size() >= MOST_REVOKED && oldest.hasNext()) {
        oldest.next();
        oldest.remove();
      }
      revoked.put(payload, payload.getLong(0));
    } finally {
      lock.unlock();
    }
  }

  private static Optional<ByteBuffer> verified(AuthSettings auth, String text) {
    if (!text.startsWith(PREFIX) || text.length() > 200) {
      return Optional.empty();
    }
    byte[] whole;
    try {
      whole = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (whole.length != PAYLOAD + MAC) {
      return Optional.empty();
    }
    byte[] payload = java.util.Arrays.copyOf(whole, PAYLOAD);
    byte[] mac = java.util.Arrays.copyOfRange(whole, PAYLOAD, whole.length);
    return MessageDigest.isEqual(mac, sign(auth, payload))
        ? Optional.of(ByteBuffer.wrap(payload))
        : Optional.empty();
  }

  private static byte[] sign(AuthSettings auth, byte[] payload) {
    byte[] key =
        Digests.mac(
            auth.passwordHash().reveal().getBytes(java.nio.charset.StandardCharsets.UTF_8),
            PURPOSE,
            auth.username());
    return Digests.mac(key, java.util.HexFormat.of().formatHex(payload));
  }
}
