package bifrost.providers.echo;

import bifrost.api.model.Answer;
import bifrost.api.model.Operation;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseSink;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Answers with the last text that it was sent, without a network and without a key: for first
 * steps, tests, demonstrations and load.
 *
 * <p>The model's name says how it behaves, see {@link EchoModel}: {@code echo-1} just answers;
 * {@code delay-250ms+chunks-50-20ms+cut-3} is slow, then breaks off. Tools are called when the
 * request forces one; vectors depend on the text alone; a word counts as a token.
 */
@Component
public class EchoProvider implements Provider {
  private static final ProviderDescriptor DESCRIPTOR =
      ProviderDescriptor.named("echo")
          .withoutKey()
          .withTyped(Operation.CHAT_COMPLETION)
          .withTyped(Operation.EMBEDDING)
          .withRaw(Operation.TEXT_COMPLETION, WireFormat.OPENAI)
          .withRaw(Operation.RESPONSES, WireFormat.OPENAI)
          .withTyped(Operation.LIST_MODELS);
  private static final Answer.Models MODELS =
      new Answer.Models(
          Stream.of("echo-1", "delay-250ms", "chunks-50-20ms", "error-429", "error-503", "cut-3")
              .map(name -> new Answer.Model(name, "bifrost", 0))
              .toList());

  private final Clock clock;

  /** Dates answers by the system's clock. */
  @Activate
  public EchoProvider() {
    this(Clock.systemUTC());
  }

  EchoProvider(Clock clock) {
    this.clock = clock;
  }

  @Override
  public ProviderDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public Outcome call(ProviderCall call, ResponseSink sink) throws InterruptedException {
    if (call.operation() == Operation.LIST_MODELS) {
      sink.answer(MODELS);
      return Outcome.COMPLETED;
    }
    Optional<EchoModel> model = EchoModel.parse(call.target().model());
    if (model.isEmpty()) {
      return EchoRun.unknownModel(call.target().model());
    }
    return switch (call.payload()) {
      case Payload.Chat(var request) -> {
        Question question = Question.of(request);
        yield new EchoRun(call, model.get(), question)
            .play(new ChatVoice(sink, id(call), request.model(), seconds(), question));
      }
      case Payload.Embedding(var request) -> EchoEmbedding.answer(call, model.get(), request, sink);
      case Payload.Raw raw -> raw(call, model.get(), raw, sink);
      case Payload.None none -> EchoRun.invalid("the request has no body");
    };
  }

  private Outcome raw(ProviderCall call, EchoModel model, Payload.Raw raw, ResponseSink sink)
      throws InterruptedException {
    Optional<Question> question = RawQuestion.of(raw.body());
    if (question.isEmpty()) {
      return EchoRun.invalid("the body is no JSON object, or broke off");
    }
    String name = call.target().model();
    Voice voice =
        call.operation() == Operation.RESPONSES
            ? new ResponseVoice(sink, id(call), name, seconds())
            : new CompletionVoice(sink, id(call), name, seconds(), question.get().choices());
    return new EchoRun(call, model, question.get()).play(voice);
  }

  private static String id(ProviderCall call) {
    return "echo-" + call.requestId();
  }

  private long seconds() {
    return clock.millis() / 1000;
  }
}
