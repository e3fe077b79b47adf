package bifrost.sync.replication.message;

import java.util.Objects;

/**
 * How far one member has got with what another one wrote, as the member itself says.
 *
 * @param member the member's node id
 * @param epoch which of the member's lives
 * @param mark how far it has got
 * @param canary the value of the origin's canary counter that the member has seen, 0 for none
 */
public record MemberMark(String member, long epoch, Mark mark, long canary) {
  /** Refuses what is out of bounds. */
  public MemberMark {
    Bounds.name("progress.member", member);
    Bounds.atLeast("progress.epoch", epoch, 1);
    Objects.requireNonNull(mark, "progress.mark is null");
    Bounds.atLeast("progress.canary", canary, 0);
  }
}
