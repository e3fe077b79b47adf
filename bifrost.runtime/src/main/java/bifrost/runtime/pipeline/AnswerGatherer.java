package bifrost.runtime.pipeline;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.ChatRequest.ToolCall;
import bifrost.api.model.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers the events of a stream into a whole answer, and takes one apart again. */
final class AnswerGatherer {
  private static final int MOST_CHOICES = 1024;

  private final SortedMap<Integer, Parts> choices = new TreeMap<>();
  private ChatEvent.Started started = new ChatEvent.Started("", "", 0);

  private static final class Parts {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final SortedMap<Integer, Call> calls = new TreeMap<>();
    private FinishReason reason = FinishReason.OTHER;
  }

  private record Call(String id, String name, StringBuilder arguments) {}

  void add(ChatEvent event) {
    switch (event) {
      case ChatEvent.Started first -> started = first;
      case ChatEvent.TextDelta(int choice, String text) -> parts(choice).text.append(text);
      case ChatEvent.ReasoningDelta(int choice, String text) ->
          parts(choice).reasoning.append(text);
      case ChatEvent.ToolCallStarted(int choice, int index, String id, String name) ->
          parts(choice).calls.put(index, new Call(id, name, new StringBuilder()));
      case ChatEvent.ToolCallArguments(int choice, int index, String fragment) ->
          Optional.ofNullable(parts(choice).calls.get(index))
              .orElseThrow(
                  () -> new IllegalStateException("tool call " + index + " was not started"))
              .arguments
              .append(fragment);
      case ChatEvent.Finished(int choice, FinishReason reason) -> parts(choice).reason = reason;
    }
  }

  Answer.Chat answer() {
    List<Answer.Choice> all = new ArrayList<>();
    for (Parts parts : choices.values()) {
      List<ToolCall> calls = new ArrayList<>();
      parts
          .calls
          .values()
          .forEach(c -> calls.add(new ToolCall(c.id, c.name, c.arguments.toString())));
      boolean silent = parts.text.isEmpty() && !calls.isEmpty();
      all.add(
          new Answer.Choice(
              silent ? Optional.empty() : Optional.of(parts.text.toString()),
              parts.reasoning.isEmpty()
                  ? Optional.empty()
                  : Optional.of(parts.reasoning.toString()),
              calls,
              parts.reason));
    }
    return new Answer.Chat(started.id(), started.model(), started.createdSeconds(), all, Map.of());
  }

  /** The events that make up an answer. */
  static List<ChatEvent> events(Answer.Chat chat) {
    List<ChatEvent> events = new ArrayList<>();
    events.add(new ChatEvent.Started(chat.id(), chat.model(), chat.createdSeconds()));
    for (int i = 0; i < chat.choices().size(); i++) {
      int choice = i;
      Answer.Choice whole = chat.choices().get(i);
      whole.reasoning().ifPresent(t -> events.add(new ChatEvent.ReasoningDelta(choice, t)));
      whole.text().ifPresent(t -> events.add(new ChatEvent.TextDelta(choice, t)));
      for (int j = 0; j < whole.toolCalls().size(); j++) {
        ToolCall call = whole.toolCalls().get(j);
        events.add(new ChatEvent.ToolCallStarted(choice, j, call.id(), call.name()));
        events.add(new ChatEvent.ToolCallArguments(choice, j, call.arguments()));
      }
      events.add(new ChatEvent.Finished(choice, whole.reason()));
    }
    return events;
  }

  private Parts parts(int choice) {
    if (choice < 0 || choice >= MOST_CHOICES) {
      throw new IllegalStateException("choice " + choice + " is out of range");
    }
    return choices.computeIfAbsent(choice, c -> new Parts());
  }
}
