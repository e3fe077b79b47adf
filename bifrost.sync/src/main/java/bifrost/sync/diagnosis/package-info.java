/**
 * Says what is wrong with the cluster, and why: {@link bifrost.sync.diagnosis.DiagnosisComponent}
 * observes, lets the rules judge, and keeps what lasts.
 */
package bifrost.sync.diagnosis;
