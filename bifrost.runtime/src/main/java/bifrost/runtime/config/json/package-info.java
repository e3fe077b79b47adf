/**
 * Strict reading of JSON that people write: every value knows its path, and all that is wrong with
 * a document is reported together. Depends on nothing of the configuration that it is used for.
 */
package bifrost.runtime.config.json;
