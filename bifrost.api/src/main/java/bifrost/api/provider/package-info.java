/**
 * The contract of a model provider. Plugins implement {@link bifrost.api.provider.Provider}; the
 * core implements everything else and calls it.
 *
 * <p>Numbered rules, which the provider kit of {@code bifrost.tck} tests by name:
 *
 * <ol>
 *   <li>P1 a descriptor never changes while its service is registered.
 *   <li>P2 a call ends with exactly one outcome: it returns it, or throws {@code
 *       CallCancelledException}, its sink's or its own once the call was cancelled, or {@code
 *       InterruptedException}.
 *   <li>P3 nothing is written to the sink after the call has returned.
 *   <li>P4 a head is written before the first content, at most once.
 *   <li>P5 a cancelled call ends within a second and frees its upstream connection.
 *   <li>P6 a call never outlives its deadline by more than a second.
 *   <li>P7 usage that the upstream reported reaches the sink before the call returns.
 *   <li>P8 an answer of the upstream outside 2xx is a failed outcome with that status, and nothing
 *       was written to the sink.
 *   <li>P9 an upstream that breaks off in mid-stream is a failed outcome of kind {@code CUT}.
 *   <li>P10 content leaves as it arrives: a chunk is never held back for a later one.
 *   <li>P11 no key, prompt or answer appears in a message, a log or an exception.
 *   <li>P12 no exclusive resource (port, file lock, name) is owned: an old and a new version of a
 *       provider run side by side during a swap.
 * </ol>
 */
@Export
@Version("1.0.0")
package bifrost.api.provider;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
