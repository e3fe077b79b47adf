package bifrost.api.cluster;

/** What the cluster believes of a member. */
public enum MemberState {
  /** It answers. */
  ALIVE,
  /** It did not answer someone, and has not yet refuted that. It still counts as a member. */
  SUSPECT,
  /** It stopped answering. It may come back under the same name. */
  DEAD,
  /** It said goodbye. */
  LEFT;

  /** Whether a member in this state takes part in the cluster. */
  public boolean isPresent() {
    return this == ALIVE || this == SUSPECT;
  }
}
