package bifrost.api.snapshot;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A rule that chooses where a request goes.
 *
 * @param id its id
 * @param name its name
 * @param enabled whether it is tried
 * @param expression a CEL expression; empty matches always
 * @param targets where matching requests go, by weight
 * @param fallbacks where they go next, as {@code provider/model}
 * @param scope whom it is for
 * @param scopeId the owner's id, for every scope but {@code GLOBAL}
 * @param priority smaller ones are tried first within a scope
 */
public record RoutingRule(
    String id,
    String name,
    boolean enabled,
    String expression,
    List<Target> targets,
    List<String> fallbacks,
    Scope scope,
    Optional<String> scopeId,
    int priority)
    implements Entity {

  /** Copies the lists; refuses {@code null}. */
  public RoutingRule {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(expression, "expression is null");
    targets = List.copyOf(targets);
    fallbacks = List.copyOf(fallbacks);
    Objects.requireNonNull(scope, "scope is null");
    Objects.requireNonNull(scopeId, "scopeId is null");
  }

  @Override
  public EntityType type() {
    return EntityType.ROUTING_RULE;
  }

  /** Whom a rule is for; rules of a narrower scope are tried first. */
  public enum Scope {
    /** One virtual key. */
    VIRTUAL_KEY,
    /** One team. */
    TEAM,
    /** One customer. */
    CUSTOMER,
    /** Everyone. */
    GLOBAL
  }

  /**
   * Where a rule sends a request; what is absent stays as the caller wrote it.
   *
   * @param provider the provider
   * @param model the model
   * @param keyId the provider's key
   * @param weight its share
   */
  public record Target(
      Optional<String> provider, Optional<String> model, Optional<String> keyId, double weight) {}
}
