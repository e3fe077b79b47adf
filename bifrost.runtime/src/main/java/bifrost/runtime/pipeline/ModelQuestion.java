package bifrost.runtime.pipeline;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.provider.Adapter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a provider which models it has. */
final class ModelQuestion {
  private static final Logger LOG = LoggerFactory.getLogger(ModelQuestion.class);

  private ModelQuestion() {}

  /** The provider's models; none when it fails, which is not the caller's concern. */
  static List<Answer.Model> ask(
      Adapter adapter,
      String provider,
      Optional<ProviderKey> key,
      Snapshot snapshot,
      Deadline deadline)
      throws InterruptedException {
    CallCancellation cancellation = new CallCancellation();
    ProviderConfig config = snapshot.provider(provider).orElse(ProviderConfig.named(provider));
    ProviderKey used = key.orElseGet(() -> Targets.keyless(provider));
    ProviderCall call =
        new ProviderCall(
            "models",
            Operation.LIST_MODELS,
            false,
            new Payload.None(),
            Targets.target(config, used, adapter, ""),
            List.of(),
            deadline,
            cancellation);
    Models sink = new Models();
    Consumer<Reason> cancel = cancellation::cancel;
    if (!adapter.lease().enter(cancel)) {
      return List.of();
    }
    try {
      adapter.lease().service().call(call, sink);
    } catch (RuntimeException e) {
      LOG.debug("models of {} not listed: {}", provider, e.toString());
    } finally {
      adapter.lease().leave(cancel);
    }
    return sink.models;
  }

  private static final class Models implements ResponseSink {
    private List<Answer.Model> models = List.of();

    @Override
    public void head(ResponseHead head) {
      throw wrong();
    }

    @Override
    public void bytes(ByteBuffer data) {
      throw wrong();
    }

    @Override
    public void frame(ByteBuffer data, FrameKind kind) {
      throw wrong();
    }

    @Override
    public void event(ChatEvent event) {
      throw wrong();
    }

    @Override
    public void answer(Answer answer) {
      if (!(answer instanceof Answer.Models(List<Answer.Model> list))) {
        throw wrong();
      }
      models = list;
    }

    @Override
    public void usage(Usage usage) {
      // listing is not metered
    }

    private static IllegalStateException wrong() {
      return new IllegalStateException("LIST_MODELS is answered with Answer.Models");
    }
  }
}
