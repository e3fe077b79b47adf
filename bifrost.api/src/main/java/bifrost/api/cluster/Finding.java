package bifrost.api.cluster;

import java.time.Instant;
import java.util.Objects;

/**
 * Something that is wrong with the cluster as one node sees it: what, why, how that is known, and
 * what to do.
 *
 * @param id the kind of fault, for example {@code region-missing}; one of those in the product's
 *     documentation
 * @param severity how bad it is
 * @param subject what it is about, so that one kind can be found more than once: a region, a
 *     member, a port with its direction; may be empty
 * @param cause one sentence with the root cause
 * @param evidence what was observed, one or more facts; nothing secret
 * @param fix what an operator does about it
 * @param since when it was first observed
 */
public record Finding(
    String id,
    Severity severity,
    String subject,
    String cause,
    String evidence,
    String fix,
    Instant since) {
  /** Refuses {@code null}. */
  public Finding {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(severity, "severity is null");
    Objects.requireNonNull(subject, "subject is null");
    Objects.requireNonNull(cause, "cause is null");
    Objects.requireNonNull(evidence, "evidence is null");
    Objects.requireNonNull(fix, "fix is null");
    Objects.requireNonNull(since, "since is null");
  }

  /** How bad a finding is, the worst first. */
  public enum Severity {
    /** The cluster is not whole, or will not be after the next restart. */
    ERROR,
    /** The cluster works, with less safety or with more delay than it should. */
    WARNING
  }
}
