/**
 * The JDBC store of configuration. What differs between databases stands in a {@link
 * bifrost.storage.Dialect}.
 */
package bifrost.storage;
