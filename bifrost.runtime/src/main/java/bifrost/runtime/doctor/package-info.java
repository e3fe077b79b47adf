/**
 * The command {@code bifrost doctor}: asks a running node what is wrong with its cluster, or checks
 * a configuration file before a start. Runs outside the framework. Start at {@link
 * bifrost.runtime.doctor.DoctorMain}.
 */
package bifrost.runtime.doctor;
