package bifrost.runtime.config;

import bifrost.api.management.PasswordHasher;
import bifrost.api.model.Secret;
import org.osgi.service.component.annotations.Component;

/** Hashes and compares the administrator's password for the management API. */
@Component(service = PasswordHasher.class)
public final class PasswordHasherService implements PasswordHasher {
  @Override
  public Secret hash(Secret password) {
    return Secret.of(PasswordHash.of(password));
  }

  @Override
  public boolean matches(Secret password, Secret hash) {
    return PasswordHash.matches(password, hash.reveal());
  }
}
