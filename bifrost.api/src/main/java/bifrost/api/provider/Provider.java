package bifrost.api.provider;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An adapter to one family of model vendors.
 *
 * <p>Plugins implement it and register it as an OSGi service; the core calls it. A provider speaks
 * one vendor's wire format and knows nothing of virtual keys, budgets, routing or logs. The rules
 * P1 to P12 are in the description of this package.
 *
 * <p><b>Threads.</b> Calls come concurrently, each on a virtual thread of its own, and may block.
 * Never hold a lock while writing to the sink or waiting for the upstream.
 *
 * <p><b>Errors.</b> What the upstream does wrong is a value, {@link Outcome.Failed}. An exception
 * other than those of the sink and {@code InterruptedException} is a fault of the provider: the
 * core answers 500 and logs it. Nothing is ever {@code null}.
 *
 * <p><b>Life cycle.</b> The service may be unregistered at any time. The core then sends no new
 * calls and holds up its deactivation until running calls have ended or the drain limit is reached,
 * so a call never sees its own component closed. A new version of a provider starts beside the old
 * one: own nothing exclusive.
 *
 * <p>The smallest provider:
 *
 * <pre>{@code
 * @Component
 * public class ShoutProvider implements Provider {
 *   private static final ProviderDescriptor DESCRIPTOR = ProviderDescriptor.named("shout")
 *       .withTyped(Operation.CHAT_COMPLETION).withoutKey();
 *
 *   public ProviderDescriptor descriptor() {
 *     return DESCRIPTOR;
 *   }
 *
 *   public Outcome call(ProviderCall call, ResponseSink sink) {
 *     ChatRequest request = ((Payload.Chat) call.payload()).request();
 *     String answer = request.messages().getLast().joinedText().toUpperCase(Locale.ROOT);
 *     sink.event(new ChatEvent.Started("1", request.model(), 0));
 *     sink.event(new ChatEvent.TextDelta(0, answer));
 *     sink.event(new ChatEvent.Finished(0, FinishReason.STOP));
 *     sink.usage(Usage.ofTokens(1, 1));
 *     return Outcome.COMPLETED;
 *   }
 * }
 * }</pre>
 */
@ConsumerType
public interface Provider {
  /** What this provider can do; the same object, or an equal one, each time. */
  ProviderDescriptor descriptor();

  /**
   * Makes one attempt at a call: no retries, no fallbacks, which are the core's.
   *
   * @param call the resolved call
   * @param sink where the answer goes; valid until this method returns
   * @return how it ended
   * @throws CallCancelledException when nobody wants the answer any more: thrown by the sink, or by
   *     the provider that learned it from the call's cancellation
   * @throws InterruptedException when the thread was interrupted, which the core treats as
   *     cancellation
   */
  Outcome call(ProviderCall call, ResponseSink sink) throws InterruptedException;
}
