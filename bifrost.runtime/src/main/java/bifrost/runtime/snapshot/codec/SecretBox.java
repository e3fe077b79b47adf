package bifrost.runtime.snapshot.codec;

import bifrost.api.model.InvalidConfigException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts secrets for stores with AES-256-GCM. Safe for any thread.
 *
 * <p>A sealed text is {@code base64url(format 1, salt 16, nonce 12, ciphertext and tag)}. It is
 * bound to the place that it stands in, so that it cannot be moved to another. The salt travels
 * along, because the nodes of a cluster share the key and no file; a node seals with the first salt
 * that it has opened anything with, so there are few of them.
 */
public final class SecretBox {
  private static final byte FORMAT = 1;
  private static final int SALT = 16;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int MOST_SALTS = 32;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final KeyMaterial material;
  private final SecureRandom random = new SecureRandom();
  private final Map<ByteBuffer, SecretKeySpec> keys = new ConcurrentHashMap<>();
  private volatile ByteBuffer salt;

  /** A box whose keys come from this material. */
  public SecretBox(KeyMaterial material) {
    this.material = material;
  }

  /**
   * Encrypts a secret.
   *
   * @param place what it is the secret of, for example {@code provider_key/openai:k1/value}
   */
  public String seal(String place, String secret) {
    try {
      ByteBuffer sealingSalt = sealingSalt();
      SecretKeySpec key = key(sealingSalt);
      keys.putIfAbsent(sealingSalt, key);
      byte[] nonce = new byte[NONCE];
      random.nextBytes(nonce);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, place);
      byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      ByteBuffer out = ByteBuffer.allocate(1 + SALT + NONCE + sealed.length);
      out.put(FORMAT).put(sealingSalt.duplicate()).put(nonce).put(sealed);
      return ENCODER.encodeToString(out.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot encrypt with AES-256-GCM", e);
    }
  }

  /**
   * Decrypts a secret.
   *
   * @throws InvalidConfigException when it was sealed with another key, or tampered with
   * @throws IllegalArgumentException when it is no sealed text
   */
  public String open(String place, String sealed) {
    byte[] bytes = Base64.getUrlDecoder().decode(sealed);
    if (bytes.length < 1 + SALT + NONCE + TAG_BITS / 8 || bytes[0] != FORMAT) {
      throw new IllegalArgumentException("the secret of " + place + " has an unknown format");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    byte[] itsSalt = new byte[SALT];
    byte[] nonce = new byte[NONCE];
    in.get(itsSalt).get(nonce);
    try {
      ByteBuffer openingSalt = ByteBuffer.wrap(itsSalt);
      SecretKeySpec key = key(openingSalt);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, place);
      byte[] secret = cipher.doFinal(bytes, in.position(), in.remaining());
      keys.putIfAbsent(openingSalt, key);
      if (salt == null) {
        salt = openingSalt;
      }
      return new String(secret, StandardCharsets.UTF_8);
    } catch (AEADBadTagException e) {
      throw new InvalidConfigException(
          "encryption_key",
          ("the secret of %s cannot be decrypted with the key of %s: it was stored under another key,"
                  + " or changed in the store. Start with the key that it was stored under")
              .formatted(place, material.origin()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot decrypt with AES-256-GCM", e);
    }
  }

  /** The salt that this node seals with, 16 bytes. */
  public byte[] salt() {
    byte[] bytes = new byte[SALT];
    sealingSalt().duplicate().get(bytes);
    return bytes;
  }

  /**
   * A key for something other than secrets of entities, independent of their key.
   *
   * @param purpose what it is the key of
   * @param keySalt the salt of the box's own key, 16 bytes
   * @param ownSalt makes this key one of its own
   */
  public SecretKeySpec keyFor(String purpose, byte[] keySalt, byte[] ownSalt) {
    try {
      ByteBuffer wrapped = ByteBuffer.wrap(keySalt.clone());
      SecretKeySpec base = key(wrapped);
      if (wrapped.equals(salt)) {
        keys.putIfAbsent(wrapped, base);
      }
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(base.getEncoded(), "HmacSHA256"));
      mac.update(purpose.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return new SecretKeySpec(mac.doFinal(ownSalt), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }

  private ByteBuffer sealingSalt() {
    if (salt == null) {
      byte[] fresh = new byte[SALT];
      random.nextBytes(fresh);
      salt = ByteBuffer.wrap(fresh);
    }
    return salt;
  }

  private SecretKeySpec key(ByteBuffer keySalt) throws GeneralSecurityException {
    SecretKeySpec known = keys.get(keySalt);
    if (known != null) {
      return known;
    }
    if (keys.size() >= MOST_SALTS) {
      throw new IllegalArgumentException(
          "the store's secrets have more than " + MOST_SALTS + " salts, a cluster has a few");
    }
    byte[] bytes = new byte[SALT];
    keySalt.duplicate().get(bytes);
    return material.derive(bytes);
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String place)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
