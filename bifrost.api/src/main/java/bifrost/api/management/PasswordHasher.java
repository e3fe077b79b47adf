package bifrost.api.management;

import bifrost.api.model.Secret;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Hashes passwords for {@link bifrost.api.snapshot.AuthSettings}, and compares them.
 *
 * <p>Implemented by the core as a service; called by the management bundle. Safe for any thread.
 * Each call takes a processor for a good part of a second and tens of megabytes: whoever lets
 * strangers cause it limits how many run at once.
 */
@ProviderType
public interface PasswordHasher {
  /** Hashes a password under a fresh salt; the text names its scheme. */
  Secret hash(Secret password);

  /**
   * Whether a password is the one that was hashed; compares in constant time.
   *
   * @param password what was presented
   * @param hash what {@link #hash} gave, in this version or an earlier one; another text matches
   *     nothing
   */
  boolean matches(Secret password, Secret hash);
}
