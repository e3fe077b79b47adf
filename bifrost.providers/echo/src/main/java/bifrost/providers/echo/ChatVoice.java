package bifrost.providers.echo;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.ChatRequest.ToolCall;
import bifrost.api.model.FinishReason;
import bifrost.api.model.Usage;
import bifrost.api.provider.ResponseSink;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A chat in the neutral form: text, or the arguments of the one tool that had to be called. */
final class ChatVoice implements Voice {
  private final ResponseSink sink;
  private final String id;
  private final String model;
  private final long created;
  private final int choices;
  private final Optional<String> tool;

  ChatVoice(ResponseSink sink, String id, String model, long created, Question question) {
    this.sink = sink;
    this.id = id;
    this.model = model;
    this.created = created;
    this.choices = question.choices();
    this.tool = question.tool();
  }

  @Override
  public void begin() {
    sink.event(new ChatEvent.Started(id, model, created));
    for (int choice = 0; choice < choices && tool.isPresent(); choice++) {
      sink.event(new ChatEvent.ToolCallStarted(choice, 0, callId(choice), tool.get()));
    }
  }

  @Override
  public void piece(String text) {
    for (int choice = 0; choice < choices; choice++) {
      sink.event(
          tool.isPresent()
              ? new ChatEvent.ToolCallArguments(choice, 0, text)
              : new ChatEvent.TextDelta(choice, text));
    }
  }

  @Override
  public void end(FinishReason reason, Usage usage) {
    for (int choice = 0; choice < choices; choice++) {
      sink.event(new ChatEvent.Finished(choice, reason));
    }
    sink.usage(usage);
  }

  @Override
  public void whole(List<String> pieces, FinishReason reason, Usage usage) {
    String text = String.join("", pieces);
    Answer.Choice choice =
        tool.map(
                name ->
                    new Answer.Choice(
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new ToolCall(callId(0), name, text)),
                        reason))
            .orElseGet(
                () -> new Answer.Choice(Optional.of(text), Optional.empty(), List.of(), reason));
    sink.usage(usage);
    sink.answer(
        new Answer.Chat(id, model, created, Collections.nCopies(choices, choice), Map.of()));
  }

  private String callId(int choice) {
    return "call_" + id + "_" + choice;
  }
}
