package bifrost.api.cluster;

import java.util.Objects;

/**
 * One thing that changed in the cluster.
 *
 * @param kind what happened
 * @param member the member after it happened
 */
public record MemberChange(Kind kind, Member member) {
  /** Refuses {@code null}. */
  public MemberChange {
    Objects.requireNonNull(kind, "kind is null");
    Objects.requireNonNull(member, "member is null");
  }

  /** What can happen to a member. */
  public enum Kind {
    /** It appeared, or came back. */
    JOINED,
    /** It says something else of itself. */
    UPDATED,
    /** It is suspected. */
    SUSPECTED,
    /** It was suspected and answered. */
    CLEARED,
    /** It said goodbye. */
    LEFT,
    /** It was declared dead. */
    FAILED
  }
}
