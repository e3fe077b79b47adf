/**
 * A simulator of a model provider: a real HTTP/1.1 server on loopback that speaks OpenAI's wire
 * format and can be told to misbehave in every way a provider does. Tests start one, script it,
 * point a gateway or a provider at {@link bifrost.tck.upstream.UpstreamSimulator#baseUrl()}, and
 * look at what arrived.
 */
@Export
@Version("1.0.0")
package bifrost.tck.upstream;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
