package bifrost.it.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error of an upstream or of the gateway is an exception of the SDK that says what it is. */
@ExtendWith(Lab.Shared.class)
class OpenAiSdkErrorsIT {
  private final Lab lab;
  private final OpenAIClient client;

  OpenAiSdkErrorsIT(Lab lab) {
    this.lab = lab;
    this.client = Sdk.client(lab, "/v1").withOptions(options -> options.maxRetries(0));
  }

  @AfterEach
  void close() {
    client.close();
  }

  static Stream<Arguments> upstreamErrors() {
    return Stream.of(
        Arguments.of("400", error(400, "bad temperature"), BadRequestException.class, 400),
        Arguments.of("404", Faults.noSuchModel(), NotFoundException.class, 404),
        Arguments.of("422", error(422, "cannot process"), UnprocessableEntityException.class, 422),
        Arguments.of("429", Faults.rateLimited(1), RateLimitException.class, 429),
        Arguments.of("500", Faults.serverError(500), InternalServerException.class, 500),
        Arguments.of("503", Faults.serverError(503), InternalServerException.class, 503),
        Arguments.of("529", Faults.serverError(529), InternalServerException.class, 503),
        Arguments.of("html", Faults.wrongContentType(), InternalServerException.class, 502),
        Arguments.of("html error", Faults.htmlError(), InternalServerException.class, 502),
        Arguments.of("reset", Faults.reset(), InternalServerException.class, 502),
        Arguments.of("no HTTP", Faults.garbage(), InternalServerException.class, 502),
        Arguments.of("bad key", Faults.badKey(), InternalServerException.class, 502),
        Arguments.of("no credit", Faults.noCredit(), InternalServerException.class, 502),
        Arguments.of("forbidden", Faults.forbidden(), InternalServerException.class, 502));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("upstreamErrors")
  void anUpstreamErrorIsTheSdksExceptionWithAMessage(
      String name, Reply reply, Class<? extends OpenAIException> expected, int status) {
    lab.upstream().onModel("sdk-error", reply);

    OpenAIServiceException thrown =
        assertThrows(
            OpenAIServiceException.class,
            () -> client.chat().completions().create(chat("openai/sdk-error")));

    assertInstanceOf(expected, thrown);
    assertEquals(status, thrown.statusCode());
    String message = body(thrown).path("message").asText("");
    assertTrue(message.length() > 5, () -> "no message in " + thrown.body());
  }

  @Test
  void theUpstreamsOwnMessageAndCodeReachTheApplication() {
    lab.upstream().onModel("sdk-error", Faults.noSuchModel());

    NotFoundException thrown =
        assertThrows(
            NotFoundException.class,
            () -> client.chat().completions().create(chat("openai/sdk-error")));

    assertTrue(thrown.getMessage().contains("The model does not exist"), thrown::getMessage);
    assertEquals("model_not_found", thrown.code().orElseThrow());
  }

  @Test
  void anUnknownProviderIsNotFound() {
    NotFoundException thrown =
        assertThrows(
            NotFoundException.class,
            () -> client.chat().completions().create(chat("nobody/model")));

    assertTrue(thrown.getMessage().contains("nobody"), thrown::getMessage);
  }

  @Test
  void anEmptyModelIsABadRequest() {
    BadRequestException thrown =
        assertThrows(BadRequestException.class, () -> client.chat().completions().create(chat("")));

    assertEquals("model", thrown.param().orElseThrow());
  }

  @Test
  void anErrorWithinAStreamIsAnExceptionAfterTheChunks() {
    lab.upstream().onModel("sdk-error", Faults.errorEvent("a", "b"));

    assertThrowsInStream("ab");
  }

  @Test
  void aStreamThatIsResetIsAnExceptionAfterTheChunks() {
    lab.upstream().onModel("sdk-error", Faults.resetAfter("a", "b"));

    assertThrowsInStream("ab");
  }

  @Test
  void aStreamThatIsCutIsAnExceptionAfterTheChunks() {
    lab.upstream().onModel("sdk-error", Faults.cutAfter("a", "b"));

    assertThrowsInStream("ab");
  }

  private void assertThrowsInStream(String content) {
    StringBuilder seen = new StringBuilder();
    assertThrows(
        OpenAIException.class,
        () -> {
          try (StreamResponse<ChatCompletionChunk> stream =
              client.chat().completions().createStreaming(chat("openai/sdk-error"))) {
            stream.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .forEach(choice -> choice.delta().content().ifPresent(seen::append));
          }
        });
    assertEquals(content, seen.toString());
  }

  private static JsonNode body(OpenAIServiceException thrown) {
    return thrown.body().convert(JsonNode.class);
  }

  private static Reply error(int status, String message) {
    return OpenAi.error(status, "invalid_request_error", null, message);
  }

  private static ChatCompletionCreateParams chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hi").build();
  }
}
