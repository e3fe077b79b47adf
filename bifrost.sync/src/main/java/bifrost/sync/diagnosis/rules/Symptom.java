package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Finding;
import java.time.Instant;

/**
 * Something wrong at one moment; it becomes a finding when it lasts.
 *
 * @param fault its kind
 * @param severity how bad it is
 * @param subject what it is about
 * @param cause one sentence
 * @param evidence what was observed
 * @param fix what to do
 */
public record Symptom(
    Fault fault,
    Finding.Severity severity,
    String subject,
    String cause,
    String evidence,
    String fix) {

  /** With the severity that its fault usually has. */
  public static Symptom of(Fault fault, String subject, String cause, String evidence, String fix) {
    return new Symptom(fault, fault.severity(), subject, cause, evidence, fix);
  }

  /** The same, worse or less bad. */
  public Symptom withSeverity(Finding.Severity other) {
    return new Symptom(fault, other, subject, cause, evidence, fix);
  }

  /** As a finding. */
  public Finding toFinding(Instant since) {
    return new Finding(fault.id(), severity, subject, cause, evidence, fix, since);
  }
}
