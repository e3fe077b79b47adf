package bifrost.api.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A client's credential of the gateway, with what it may use and how much.
 *
 * @param id its id
 * @param name its name, unique
 * @param description for people
 * @param hash the hash of its secret; the secret itself is not kept
 * @param active whether it may be used
 * @param providers what it may use; empty means nothing, unless {@code allowAllProviders}
 * @param allowAllProviders whether providers that are not listed are allowed too
 * @param teamId its team; at most one of team and customer is set
 * @param customerId its customer
 * @param expiresAt when it ends
 * @param limits its own budgets and rate limits
 * @param disableContentLogging whether payloads are kept out of the log; empty for the default
 */
public record VirtualKey(
    String id,
    String name,
    String description,
    KeyHash hash,
    boolean active,
    List<ProviderGrant> providers,
    boolean allowAllProviders,
    Optional<String> teamId,
    Optional<String> customerId,
    Optional<Instant> expiresAt,
    Limits limits,
    Optional<Boolean> disableContentLogging)
    implements Entity {

  /** Copies the list; refuses {@code null}, and a team together with a customer. */
  public VirtualKey {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(description, "description is null");
    Objects.requireNonNull(hash, "hash is null");
    providers = List.copyOf(providers);
    if (teamId.isPresent() && customerId.isPresent()) {
      throw new IllegalArgumentException(
          "team_id and customer_id are both set, a virtual key belongs to at most one of them");
    }
    Objects.requireNonNull(expiresAt, "expiresAt is null");
    Objects.requireNonNull(limits, "limits is null");
    Objects.requireNonNull(disableContentLogging, "disableContentLogging is null");
  }

  @Override
  public EntityType type() {
    return EntityType.VIRTUAL_KEY;
  }

  /**
   * What a virtual key may use of one provider.
   *
   * @param id its id, unique in the whole configuration
   * @param provider the provider's name
   * @param weight its share of bare model names; empty: only when named, or as a fallback
   * @param models the models
   * @param keyIds the provider's keys; {@code *} alone for all of them
   * @param limits budgets and rate limits of this part of the traffic
   */
  public record ProviderGrant(
      String id,
      String provider,
      Optional<Double> weight,
      ModelFilter models,
      List<String> keyIds,
      Limits limits) {
    /** Copies the list; refuses {@code null}. */
    public ProviderGrant {
      Objects.requireNonNull(id, "id is null");
      Objects.requireNonNull(provider, "provider is null");
      Objects.requireNonNull(weight, "weight is null");
      Objects.requireNonNull(models, "models is null");
      keyIds = List.copyOf(keyIds);
      Objects.requireNonNull(limits, "limits is null");
    }

    /** Whether the provider's key may be used. */
    public boolean allowsKey(String keyId) {
      return keyIds.contains("*") || keyIds.contains(keyId);
    }
  }
}
