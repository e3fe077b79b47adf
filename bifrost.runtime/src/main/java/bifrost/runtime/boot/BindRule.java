package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Snapshot;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who may be reached from other machines must have admin credentials. */
final class BindRule {
  private BindRule() {}

  static void check(String host, Snapshot snapshot) {
    boolean guarded =
        snapshot
            .auth()
            .filter(auth -> auth.enabled() && !auth.passwordHash().isEmpty())
            .isPresent();
    if (!guarded && !isLoopback(host)) {
      throw new InvalidConfigException(
          "bifrost.host",
          ("'%s' can be reached from other machines, and there are no admin credentials. Set"
                  + " governance.auth_config.admin_password in the configuration file, or listen on"
                  + " 127.0.0.1")
              .formatted(host));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new InvalidConfigException(
          "bifrost.host", "'" + host + "' is no address of this machine and no known name");
    }
  }
}
