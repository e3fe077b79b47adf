/**
 * The configuration file: read strictly, checked whole, and turned into the rows that it seeds, the
 * settings of plugins and the identity of the node.
 */
package bifrost.runtime.config;
