/**
 * Entities as the text that stores keep: versioned JSON in which literal secrets are encrypted.
 * Fields that a newer release has added are passed over.
 */
package bifrost.runtime.snapshot.codec;
