package bifrost.api.governance;

import java.util.Objects;

/**
 * Who is charged for a request; each part is empty when it does not apply.
 *
 * @param virtualKeyId the virtual key
 * @param virtualKeyName its name
 * @param teamId the key's team
 * @param customerId the key's or its team's customer
 */
public record Charged(
    String virtualKeyId, String virtualKeyName, String teamId, String customerId) {
  /** Nobody in particular. */
  public static final Charged NOBODY = new Charged("", "", "", "");

  /** Refuses {@code null}. */
  public Charged {
    Objects.requireNonNull(virtualKeyId, "virtualKeyId is null");
    Objects.requireNonNull(virtualKeyName, "virtualKeyName is null");
    Objects.requireNonNull(teamId, "teamId is null");
    Objects.requireNonNull(customerId, "customerId is null");
  }
}
