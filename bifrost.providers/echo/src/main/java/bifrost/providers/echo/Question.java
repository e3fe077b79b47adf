package bifrost.providers.echo;

import bifrost.api.model.ChatRequest;
import bifrost.api.model.ChatRequest.Message;
import bifrost.api.model.ChatRequest.Role;
import bifrost.api.model.ChatRequest.ToolChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was asked, whatever the format.
 *
 * @param text the text to echo
 * @param inputTokens the words of everything that was sent
 * @param maxOutputTokens the limit of the answer
 * @param choices how many answers are wanted
 * @param tool the tool that has to be called
 */
record Question(
    String text, int inputTokens, OptionalInt maxOutputTokens, int choices, Optional<String> tool) {

  static Question of(ChatRequest request) {
    int tokens = 0;
    String text = "";
    for (Message message : request.messages()) {
      String said = message.joinedText();
      tokens += Words.count(said);
      if (message.role() == Role.USER || message.role() == Role.TOOL) {
        text = said;
      }
    }
    return new Question(
        text,
        tokens,
        request.sampling().maxOutputTokens(),
        request.sampling().n().orElse(1),
        forced(request.toolChoice(), request.tools()));
  }

  private static Optional<String> forced(
      Optional<ToolChoice> choice, List<ChatRequest.Tool> tools) {
    return choice.flatMap(
        wanted ->
            switch (wanted) {
              case ToolChoice.Named(String name) -> Optional.of(name);
              case ToolChoice.Required required ->
                  tools.stream().findFirst().map(ChatRequest.Tool::name);
              case ToolChoice.Auto auto -> Optional.empty();
              case ToolChoice.None none -> Optional.empty();
            });
  }
}
