/** Entities as objects in the shape of the configuration file: what the readers read, written. */
package bifrost.runtime.config.shape;
