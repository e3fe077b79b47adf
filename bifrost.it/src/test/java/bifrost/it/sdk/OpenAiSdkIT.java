package bifrost.it.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.tck.upstream.Multipart;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import com.openai.client.OpenAIClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import com.openai.models.models.Model;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own SDK, unchanged but for its base URL and key, through the gateway. */
@ExtendWith(Lab.Shared.class)
class OpenAiSdkIT {
  private final Lab lab;
  private OpenAIClient client;

  OpenAiSdkIT(Lab lab) {
    this.lab = lab;
  }

  @AfterEach
  void close() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void chatIsAnswered(String root) {
    client = Sdk.client(lab, root);

    ChatCompletion answer = client.chat().completions().create(chat("openai/sdk-chat").build());

    assertEquals("Hello, world!", answer.choices().getFirst().message().content().orElseThrow());
    assertEquals(OpenAi.PROMPT_TOKENS, answer.usage().orElseThrow().promptTokens());
    assertEquals("sdk-chat", lab.upstream().requests().getFirst().model());
    assertEquals("sk-openai", lab.upstream().requests().getFirst().key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void chatStreams(String root) {
    client = Sdk.client(lab, root);
    lab.upstream().onModel("sdk-stream", OpenAi.chat("Grü", "ße ", "🌍", "!"));

    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat("openai/sdk-stream").build())) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();
      assertEquals("Grüße 🌍!", content(chunks));
      assertEquals(
          "stop", chunks.getLast().choices().getFirst().finishReason().orElseThrow().asString());
      assertTrue(chunks.stream().allMatch(chunk -> chunk.usage().isEmpty()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void usageComesLastInAStreamThatAskedForIt(String root) {
    client = Sdk.client(lab, root);

    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(
                chat("openai/sdk-usage")
                    .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                    .build())) {
      ChatCompletionChunk last = stream.stream().toList().getLast();
      assertTrue(last.choices().isEmpty());
      assertEquals(OpenAi.COMPLETION_TOKENS, last.usage().orElseThrow().completionTokens());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void aToolCallIsWhole(String root) {
    client = Sdk.client(lab, root);
    lab.upstream().onModel("sdk-tool", OpenAi.toolCall("weather", "{\"city\":", "\"Oslo\"}"));

    var message =
        client
            .chat()
            .completions()
            .create(chat("openai/sdk-tool").build())
            .choices()
            .getFirst()
            .message();

    var call = message.toolCalls().orElseThrow().getFirst().asFunction().function();
    assertEquals("weather", call.name());
    assertEquals("{\"city\":\"Oslo\"}", call.arguments());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void fragmentsOfAToolCallArriveInOrder(String root) {
    client = Sdk.client(lab, root);
    lab.upstream()
        .onModel("sdk-tools", OpenAi.toolCall("weather", "{\"ci", "ty\":\"Ålesund", "\"}"));

    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat("openai/sdk-tools").build())) {
      List<String> fragments =
          stream.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().toolCalls().stream().flatMap(List::stream))
              .flatMap(call -> call.function().stream())
              .flatMap(function -> function.arguments().stream())
              .toList();
      assertEquals(List.of("", "{\"ci", "ty\":\"Ålesund", "\"}"), fragments);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void completionsAreAnsweredAndStream(String root) {
    client = Sdk.client(lab, root);
    CompletionCreateParams params =
        CompletionCreateParams.builder().model("openai/sdk-completion").prompt("Once").build();

    assertEquals("Once upon", client.completions().create(params).choices().getFirst().text());
    try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
      assertEquals(
          "Once upon",
          stream.stream()
              .flatMap(part -> part.choices().stream())
              .map(choice -> choice.text())
              .collect(Collectors.joining()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void responsesAreAnsweredAndStreamTypedEvents(String root) {
    client = Sdk.client(lab, root);
    ResponseCreateParams params =
        ResponseCreateParams.builder().model("openai/sdk-response").input("hi").build();

    Response response = client.responses().create(params);
    assertEquals(
        "Hello there",
        response.output().getFirst().asMessage().content().getFirst().asOutputText().text());
    try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
      List<ResponseStreamEvent> events = stream.stream().toList();
      assertTrue(events.getFirst().isCreated());
      assertTrue(events.getLast().isCompleted());
      assertEquals(
          "Hello there",
          events.stream()
              .flatMap(event -> event.outputTextDelta().stream())
              .map(delta -> delta.delta())
              .collect(Collectors.joining()));
      assertEquals(
          OpenAi.COMPLETION_TOKENS,
          events.getLast().asCompleted().response().usage().orElseThrow().outputTokens());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void embeddingsAreVectorsInOrder(String root) {
    client = Sdk.client(lab, root);

    CreateEmbeddingResponse answer =
        client
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("openai/sdk-embedding")
                    .inputOfArrayOfStrings(List.of("a", "b"))
                    .build());

    assertEquals(2, answer.data().size());
    assertEquals(8, answer.data().get(1).embedding().size());
    assertEquals(1f, answer.data().get(1).embedding().getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void modelsAreListed(String root) {
    client = Sdk.client(lab, root);

    List<String> ids = client.models().list().data().stream().map(Model::id).toList();

    assertFalse(ids.isEmpty());
    assertTrue(ids.contains("groq/only-groq"), ids::toString);
    assertTrue(ids.contains("listed/nick"), ids::toString);
    assertFalse(ids.contains("listed/refused"), ids::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void imagesAreGenerated(String root) {
    client = Sdk.client(lab, root);

    ImagesResponse answer =
        client
            .images()
            .generate(
                ImageGenerateParams.builder().model("openai/sdk-image").prompt("a cat").build());

    assertFalse(answer.data().orElseThrow().getFirst().b64Json().orElseThrow().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void speechArrivesByteForByte(String root) throws Exception {
    client = Sdk.client(lab, root);
    byte[] audio = new byte[300_000];
    new java.util.Random(7).nextBytes(audio);
    lab.upstream().onModel("sdk-speech", OpenAi.speech(audio, 10_000));

    try (HttpResponse answer =
        client
            .audio()
            .speech()
            .create(
                SpeechCreateParams.builder()
                    .model("openai/sdk-speech")
                    .input("hello")
                    .voice(SpeechCreateParams.Voice.UnionMember1.ALLOY)
                    .build())) {
      assertEquals("audio/mpeg", answer.headers().values("Content-Type").getFirst());
      assertArrayEquals(audio, answer.body().readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void anUploadedFileArrivesByteForByte(String root) {
    client = Sdk.client(lab, root);
    byte[] audio = new byte[700_000];
    new java.util.Random(11).nextBytes(audio);

    String text =
        client
            .audio()
            .transcriptions()
            .create(
                TranscriptionCreateParams.builder()
                    .model("openai/sdk-upload")
                    .file(
                        MultipartField.<InputStream>builder()
                            .value(new ByteArrayInputStream(audio))
                            .filename("speech.wav")
                            .contentType("audio/wav")
                            .build())
                    .build())
            .asTranscription()
            .text();

    assertEquals("The quick brown fox.", text);
    Received received = lab.upstream().requests().getFirst();
    assertEquals("sdk-upload", received.model());
    List<Multipart.Part> parts =
        Multipart.parse(received.header("Content-Type").orElseThrow(), received.body())
            .orElseThrow();
    assertArrayEquals(
        audio,
        parts.stream()
            .filter(part -> part.name().equals("file"))
            .findFirst()
            .orElseThrow()
            .content());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/openai/v1"})
  void theEchoProviderServesTheSdkWithoutANetwork(String root) {
    client = Sdk.client(lab, root);

    ChatCompletion answer = client.chat().completions().create(chat("echo/echo-1").build());
    assertTrue(
        answer.choices().getFirst().message().content().orElseThrow().contains("Say hello"),
        answer::toString);
    assertTrue(answer.usage().orElseThrow().totalTokens() > 0);
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat("echo/echo-1").build())) {
      assertTrue(content(stream.stream().toList()).contains("Say hello"));
    }
    assertFalse(
        client
            .embeddings()
            .create(EmbeddingCreateParams.builder().model("echo/echo-1").input("a").build())
            .data()
            .isEmpty());
    assertTrue(lab.upstream().requests().isEmpty());
  }

  private static ChatCompletionCreateParams.Builder chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Say hello");
  }

  private static String content(List<ChatCompletionChunk> chunks) {
    return chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .flatMap(choice -> choice.delta().content().map(Stream::of).orElse(Stream.empty()))
        .collect(Collectors.joining());
  }
}
