package bifrost.providers.echo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.ChatRequest;
import bifrost.api.model.ChatRequest.Message;
import bifrost.api.model.ChatRequest.Role;
import bifrost.api.model.ChatRequest.Sampling;
import bifrost.api.model.ChatRequest.Tool;
import bifrost.api.model.ChatRequest.ToolChoice;
import bifrost.api.model.EmbeddingRequest;
import bifrost.api.model.FinishReason;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.provider.Target;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.tck.provider.RecordingSink;
import bifrost.tck.provider.TestCall;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class EchoProviderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EchoProvider provider =
      new EchoProvider(Clock.fixed(Instant.ofEpochSecond(1700), ZoneOffset.UTC));
  private RecordingSink sink = new RecordingSink();

  @AfterEach
  void theSinkWasWrittenAsItShould() {
    assertEquals(List.of(), sink.faults());
  }

  @Test
  void aChatAnswersWithTheLastUserMessage() throws Exception {
    Outcome outcome =
        chat(
            "echo-1",
            false,
            Sampling.DEFAULT,
            Message.text(Role.SYSTEM, "be brief"),
            Message.text(Role.USER, "one"),
            Message.text(Role.ASSISTANT, "one"),
            Message.text(Role.USER, "two  three\n"));
    assertEquals(new Outcome.Completed(Optional.of(FinishReason.STOP)), outcome);
    Answer.Chat answer = assertInstanceOf(Answer.Chat.class, sink.answer().orElseThrow());
    assertEquals(Optional.of("two  three\n"), answer.choices().getFirst().text());
    assertEquals(1700, answer.createdSeconds());
    assertEquals(Usage.ofTokens(6, 3), sink.usage().orElseThrow());
  }

  @Test
  void aStreamComesWordByWord() throws Exception {
    chat("echo-1", true, Sampling.DEFAULT, Message.text(Role.USER, " Grüße an 漢字 🎉 "));
    assertEquals(List.of(" Grüße", " an", " 漢字", " 🎉", " "), texts());
    assertEquals(new ChatEvent.Finished(0, FinishReason.STOP), sink.events().getLast());
  }

  @Test
  void anEmptyQuestionHasAnEmptyAnswer() throws Exception {
    chat("echo-1", true, Sampling.DEFAULT, Message.text(Role.USER, ""));
    assertEquals(List.of(), texts());
    assertEquals(2, sink.events().size());
  }

  @Test
  void theAnswerIsLimitedAsAsked() throws Exception {
    chat("echo-1", true, sampling(2, 1), Message.text(Role.USER, "a b c d"));
    assertEquals(List.of("a", " b"), texts());
    assertEquals(new ChatEvent.Finished(0, FinishReason.LENGTH), sink.events().getLast());
    assertEquals(Usage.ofTokens(4, 2), sink.usage().orElseThrow());
  }

  @Test
  void severalAnswersAreGiven() throws Exception {
    chat("echo-1", false, sampling(9, 3), Message.text(Role.USER, "a b"));
    Answer.Chat answer = assertInstanceOf(Answer.Chat.class, sink.answer().orElseThrow());
    assertEquals(3, answer.choices().size());
    assertEquals(Usage.ofTokens(2, 6), sink.usage().orElseThrow());
    sink = new RecordingSink();
    Outcome refused = chat("echo-1", false, sampling(9, 17), Message.text(Role.USER, "a b"));
    assertEquals(Kind.INVALID_REQUEST, failure(refused).kind());
  }

  @Test
  void aForcedToolIsCalled() throws Exception {
    for (ToolChoice choice : List.of(new ToolChoice.Required(), new ToolChoice.Named("weather"))) {
      sink = new RecordingSink();
      tools(choice, "where?", false);
      Answer.Chat answer = assertInstanceOf(Answer.Chat.class, sink.answer().orElseThrow());
      assertEquals("weather", answer.choices().getFirst().toolCalls().getFirst().name());
      assertEquals("{}", answer.choices().getFirst().toolCalls().getFirst().arguments());
      assertEquals(FinishReason.TOOL_CALLS, answer.choices().getFirst().reason());
    }
    sink = new RecordingSink();
    tools(new ToolChoice.Auto(), "where?", false);
    Answer.Chat answer = assertInstanceOf(Answer.Chat.class, sink.answer().orElseThrow());
    assertEquals(Optional.of("where?"), answer.choices().getFirst().text());
  }

  @Test
  void aJsonObjectBecomesTheToolsArguments() throws Exception {
    tools(new ToolChoice.Required(), "{\"city\": \"Bad Ems\", \"days\": 3}", true);
    String arguments =
        sink.events().stream()
            .filter(ChatEvent.ToolCallArguments.class::isInstance)
            .map(event -> ((ChatEvent.ToolCallArguments) event).fragment())
            .collect(Collectors.joining());
    assertEquals("{\"city\": \"Bad Ems\", \"days\": 3}", arguments);
    assertInstanceOf(ChatEvent.ToolCallStarted.class, sink.events().get(1));
    assertEquals(new ChatEvent.Finished(0, FinishReason.TOOL_CALLS), sink.events().getLast());
    for (String broken : List.of("{\"city\":", "{} {}", "{'a':1}")) {
      assertEquals("{}", Arguments.of(broken), broken);
    }
  }

  @Test
  void chunksRepeatTheText() throws Exception {
    chat("chunks-5", true, Sampling.DEFAULT, Message.text(Role.USER, "a b"));
    assertEquals(List.of("a", " b", " a", " b", " a"), texts());
  }

  @Test
  void aCutComesAfterItsPieces() throws Exception {
    Outcome outcome = chat("chunks-9+cut-3", true, Sampling.DEFAULT, Message.text(Role.USER, "a"));
    assertEquals(Kind.CUT, failure(outcome).kind());
    assertEquals(3, texts().size());
    sink = new RecordingSink();
    outcome = chat("cut-3", false, Sampling.DEFAULT, Message.text(Role.USER, "a"));
    assertEquals(Kind.CONNECTION, failure(outcome).kind());
    assertTrue(sink.isUntouched());
  }

  @Test
  void anErrorHasABodyAndAWish() throws Exception {
    UpstreamFailure failure =
        failure(chat("error-429-2s", false, Sampling.DEFAULT, Message.text(Role.USER, "a")));
    assertEquals(Kind.RATE_LIMITED, failure.kind());
    assertEquals(Optional.of(Duration.ofSeconds(2)), failure.retryAfter());
    assertEquals(
        "simulated error 429", JSON.readTree(failure.body()).at("/error/message").stringValue());
  }

  @Test
  void anUnknownModelSaysWhichThereAre() throws Exception {
    UpstreamFailure failure =
        failure(chat("gpt-4o", false, Sampling.DEFAULT, Message.text(Role.USER, "a")));
    assertEquals(Kind.NOT_FOUND, failure.kind());
    assertEquals(404, failure.status());
    assertTrue(failure.message().contains("delay-T"), failure.message());
  }

  @Test
  void vectorsDependOnTheTextAlone() throws Exception {
    List<float[]> first = embed(OptionalInt.empty(), "a", "b", "a");
    assertEquals(8, first.getFirst().length);
    assertArrayEquals(first.get(0), first.get(2));
    assertTrue(first.get(0)[0] != first.get(1)[0]);
    double square = 0;
    for (float value : first.get(0)) {
      square += value * value;
    }
    assertEquals(1.0, square, 1e-5);
    assertEquals(Usage.ofTokens(3, 0), sink.usage().orElseThrow());
    sink = new RecordingSink();
    assertEquals(256, embed(OptionalInt.of(256), "a").getFirst().length);
  }

  @Test
  void dimensionsAreBounded() throws Exception {
    for (int dimensions : List.of(0, -1, 4097)) {
      Outcome refused =
          provider.call(
              TestCall.to(
                      target("echo-1"),
                      Operation.EMBEDDING,
                      new Payload.Embedding(
                          new EmbeddingRequest(
                              "echo-1", List.of("a"), OptionalInt.of(dimensions), Map.of())))
                  .start(),
              sink);
      assertEquals(Kind.INVALID_REQUEST, failure(refused).kind());
    }
  }

  @Test
  void modelsAreListed() throws Exception {
    provider.call(TestCall.to(target(""), Operation.LIST_MODELS, new Payload.None()).start(), sink);
    Answer.Models models = assertInstanceOf(Answer.Models.class, sink.answer().orElseThrow());
    for (Answer.Model model : models.models()) {
      assertTrue(EchoModel.parse(model.id()).isPresent(), model.id());
    }
  }

  @Test
  void aCompletionIsWellFormed() throws Exception {
    raw(Operation.TEXT_COMPLETION, "{\"prompt\":[\"x\",\"say \\\"hi\\\"\"],\"n\":2}", false);
    JsonNode answer = JSON.readTree(sink.body());
    assertEquals("text_completion", answer.at("/object").stringValue());
    assertEquals("say \"hi\"", answer.at("/choices/1/text").stringValue());
    assertEquals("stop", answer.at("/choices/0/finish_reason").stringValue());
    assertEquals(3, answer.at("/usage/prompt_tokens").intValue());
    assertEquals(sink.body().length, sink.head().orElseThrow().length());
  }

  @Test
  void aStreamedCompletionIsWellFormed() throws Exception {
    raw(Operation.TEXT_COMPLETION, "{\"prompt\":\"a b c\",\"max_tokens\":2}", true);
    List<String> content = sink.frames(FrameKind.CONTENT);
    assertEquals(3, content.size());
    assertEquals("length", data(content.get(2)).at("/choices/0/finish_reason").stringValue());
    assertEquals(
        2, data(sink.frames(FrameKind.USAGE).getFirst()).at("/usage/completion_tokens").intValue());
    assertEquals(List.of("data: [DONE]\n\n"), sink.frames(FrameKind.DONE));
  }

  @Test
  void aResponseIsWellFormed() throws Exception {
    String input =
        "[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a b\"}]},"
            + "{\"type\":\"message\",\"role\":\"user\",\"content\":\"c d\"}]";
    raw(Operation.RESPONSES, "{\"instructions\":\"be\",\"input\":" + input + "}", false);
    JsonNode answer = JSON.readTree(sink.body());
    assertEquals("completed", answer.at("/status").stringValue());
    assertEquals("c d", answer.at("/output/0/content/0/text").stringValue());
    assertEquals(5, answer.at("/usage/input_tokens").intValue());
  }

  @Test
  void aStreamedResponseIsWellFormed() throws Exception {
    raw(Operation.RESPONSES, "{\"input\":\"a b\"}", true);
    List<String> types =
        sink.frames().stream().map(frame -> data(frame.text()).at("/type").stringValue()).toList();
    assertEquals(
        List.of(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed"),
        types);
    JsonNode last = data(sink.frames().getLast().text());
    assertEquals(9, last.at("/sequence_number").intValue());
    assertEquals("a b", last.at("/response/output/0/content/0/text").stringValue());
    assertEquals(2, last.at("/response/usage/output_tokens").intValue());
  }

  @Test
  void aBodyThatIsNoneIsRefused() throws Exception {
    for (String bad : List.of("", "[]", "{\"prompt\":", "nonsense", "{\"prompt\":\"a\"")) {
      Outcome refused = raw(Operation.TEXT_COMPLETION, bad, false);
      assertEquals(Kind.INVALID_REQUEST, failure(refused).kind(), bad);
    }
    assertTrue(sink.isUntouched());
  }

  private Outcome chat(String model, boolean stream, Sampling sampling, Message... messages)
      throws InterruptedException {
    return call(
        new ChatRequest(
            model,
            List.of(messages),
            List.of(),
            Optional.empty(),
            sampling,
            Optional.empty(),
            stream,
            Map.of()));
  }

  private void tools(ToolChoice choice, String text, boolean stream) throws InterruptedException {
    call(
        new ChatRequest(
            "echo-1",
            List.of(Message.text(Role.USER, text)),
            List.of(new Tool("weather", "", Optional.empty(), Map.of())),
            Optional.of(choice),
            Sampling.DEFAULT,
            Optional.empty(),
            stream,
            Map.of()));
  }

  private Outcome call(ChatRequest request) throws InterruptedException {
    TestCall call =
        TestCall.to(target(request.model()), Operation.CHAT_COMPLETION, new Payload.Chat(request));
    return provider.call((request.stream() ? call.streamed() : call).start(), sink);
  }

  private List<float[]> embed(OptionalInt dimensions, String... inputs) throws Exception {
    EmbeddingRequest request =
        new EmbeddingRequest("echo-1", List.of(inputs), dimensions, Map.of());
    provider.call(
        TestCall.to(target("echo-1"), Operation.EMBEDDING, new Payload.Embedding(request)).start(),
        sink);
    return assertInstanceOf(Answer.Embeddings.class, sink.answer().orElseThrow()).vectors();
  }

  private Outcome raw(Operation operation, String body, boolean stream)
      throws InterruptedException {
    TestCall call =
        TestCall.to(target("echo-1"), operation, TestCall.json(WireFormat.OPENAI, body));
    return provider.call((stream ? call.streamed() : call).start(), sink);
  }

  private List<String> texts() {
    return sink.events().stream()
        .filter(ChatEvent.TextDelta.class::isInstance)
        .map(event -> ((ChatEvent.TextDelta) event).text())
        .toList();
  }

  private static JsonNode data(String frame) {
    return JSON.readTree(frame.substring(frame.indexOf("data: ") + 6));
  }

  private static Sampling sampling(int maxTokens, int n) {
    return new Sampling(
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalInt.of(maxTokens),
        OptionalInt.of(n),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        List.of());
  }

  private static Target target(String model) {
    return TestCall.target("echo", model, "", NetworkSettings.DEFAULT);
  }

  private static UpstreamFailure failure(Outcome outcome) {
    return assertInstanceOf(Outcome.Failed.class, outcome).failure();
  }
}
