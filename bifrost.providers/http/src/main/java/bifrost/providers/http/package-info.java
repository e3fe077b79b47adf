/**
 * The HTTP/1.1 client that providers share, and the helpers that every HTTP provider needs:
 * server-sent events, errors, and fields read out of JSON that only passes through.
 *
 * <p>{@link bifrost.providers.http.HttpUpstream} is implemented by this bundle and used by
 * providers; the other types are values and helpers. Connections belong to this bundle, so that
 * they outlive a swap of the provider that opened them.
 */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package bifrost.providers.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
