/**
 * Checks a configuration file before a node is started with it: {@code bifrost doctor --config}.
 * Runs outside the framework. Start at {@link bifrost.sync.diagnosis.offline.MeshCheck}.
 */
package bifrost.sync.diagnosis.offline;
