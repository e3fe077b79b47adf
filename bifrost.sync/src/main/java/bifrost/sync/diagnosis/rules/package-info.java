/**
 * What can be wrong with a cluster: pure functions from an {@link
 * bifrost.sync.diagnosis.rules.Observation} to symptoms, and the {@link
 * bifrost.sync.diagnosis.rules.FindingLog} that turns symptoms which last into findings. One file
 * per group of faults; start at {@link bifrost.sync.diagnosis.rules.Rules}.
 */
package bifrost.sync.diagnosis.rules;
