package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import bifrost.runtime.local.DurableFile;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Where the key of stored secrets comes from: the configuration, else a file of random bytes. */
final class EncryptionKey {
  private static final String FILE = "encryption.key";
  private static final int BYTES = 32;

  private EncryptionKey() {}

  static KeyMaterial of(Optional<Secret> configured, Path directory) {
    return configured
        .<KeyMaterial>map(KeyMaterial.Passphrase::new)
        .orElseGet(() -> generated(directory.resolve(FILE)));
  }

  private static KeyMaterial generated(Path file) {
    try {
      if (!Files.exists(file)) {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        DurableFile.write(file, HexFormat.of().formatHex(bytes) + "\n");
      }
      String text = Files.readString(file).trim();
      if (!text.matches("[0-9a-f]{64}")) {
        throw new InvalidConfigException(
            "encryption_key", file + " is damaged: it must hold 64 hexadecimal digits");
      }
      return new KeyMaterial.Generated(Secret.of(text), file.toString());
    } catch (IOException e) {
      throw new InvalidConfigException(
          "encryption_key", "the key file " + file + " cannot be used: " + e);
    }
  }
}
