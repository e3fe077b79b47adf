package bifrost.api.model;

/**
 * A step of a streamed chat answer in the neutral form.
 *
 * <p>Providers without pass-through write events to their sink in the order in which the upstream
 * sends them: one {@code Started}, then deltas, then one {@code Finished} for each choice. Usage
 * goes to the sink's own method. Indexes count from 0.
 */
public sealed interface ChatEvent {
  /**
   * The answer begins.
   *
   * @param id the upstream's id of the answer
   * @param model the model that answers
   * @param createdSeconds when, in seconds since the epoch
   */
  record Started(String id, String model, long createdSeconds) implements ChatEvent {}

  /**
   * More text of a choice.
   *
   * @param choice which of the n answers
   * @param text the text to append; whole characters only
   */
  record TextDelta(int choice, String text) implements ChatEvent {}

  /**
   * More of the model's visible reasoning.
   *
   * @param choice which of the n answers
   * @param text the text to append
   */
  record ReasoningDelta(int choice, String text) implements ChatEvent {}

  /**
   * A tool call begins.
   *
   * @param choice which of the n answers
   * @param index which of the answer's tool calls
   * @param id the call's id
   * @param name the tool
   */
  record ToolCallStarted(int choice, int index, String id, String name) implements ChatEvent {}

  /**
   * More of a tool call's arguments.
   *
   * @param choice which of the n answers
   * @param index which of the answer's tool calls
   * @param fragment the text to append
   */
  record ToolCallArguments(int choice, int index, String fragment) implements ChatEvent {}

  /**
   * A choice is complete.
   *
   * @param choice which of the n answers
   * @param reason why it ended
   */
  record Finished(int choice, FinishReason reason) implements ChatEvent {}
}
