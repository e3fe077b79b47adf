package bifrost.tck.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Replies in OpenAI's wire format. Each one answers streamed or whole, as the request asks. */
public final class OpenAi {
  /** Prompt tokens that every usage of the simulator reports. */
  public static final int PROMPT_TOKENS = 11;

  /** Completion tokens that every usage of the simulator reports. */
  public static final int COMPLETION_TOKENS = 7;

  private static final Reply CHAT = chat("Hello", ", ", "world", "!");
  private static final Reply COMPLETION = completion("Once", " upon");
  private static final Reply RESPONSE = response("Hello", " there");
  private static final Reply MODELS = models("gpt-4o", "gpt-4o-mini", "text-embedding-3-small");

  private OpenAi() {}

  /** The ordinary answer of the endpoint that is asked, 404 in OpenAI's shape for others. */
  public static Reply byPath() {
    return wire -> forPath(wire.request().path()).send(wire);
  }

  /** A chat answer whose content arrives in these deltas. */
  public static Reply chat(String... deltas) {
    return chat(Duration.ZERO, deltas);
  }

  /** A chat answer with a gap before each delta; a whole answer comes at once. */
  public static Reply chat(Duration gap, String... deltas) {
    return wire -> {
      Received request = wire.request();
      OpenAiBodies bodies = new OpenAiBodies(request);
      if (!request.stream()) {
        wire.json(200, bodies.chat(String.join("", deltas)), requestId());
        return;
      }
      wire.startEvents();
      wire.event(bodies.chatChunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"));
      for (String delta : deltas) {
        if (!gap.isZero()) {
          wire.pause(gap);
        }
        wire.event(bodies.chatChunk("{\"content\":" + OpenAiBodies.quote(delta) + "}"));
      }
      finishChat(wire, bodies, "stop");
    };
  }

  /** A chat answer that calls one tool; when streamed the arguments arrive in these fragments. */
  public static Reply toolCall(String tool, String... argumentFragments) {
    return wire -> {
      Received request = wire.request();
      OpenAiBodies bodies = new OpenAiBodies(request);
      if (!request.stream()) {
        wire.json(200, bodies.toolCall(tool, String.join("", argumentFragments)), requestId());
        return;
      }
      wire.startEvents();
      wire.event(bodies.chatChunk(OpenAiBodies.toolCallHead(tool)));
      for (String fragment : argumentFragments) {
        wire.event(bodies.chatChunk(OpenAiBodies.toolCallFragment(fragment)));
      }
      finishChat(wire, bodies, "tool_calls");
    };
  }

  /** An answer of the old completions endpoint. */
  public static Reply completion(String... deltas) {
    return wire -> {
      Received request = wire.request();
      OpenAiBodies bodies = new OpenAiBodies(request);
      if (!request.stream()) {
        wire.json(200, bodies.completion(String.join("", deltas), "stop", true), requestId());
        return;
      }
      wire.startEvents();
      for (String delta : deltas) {
        wire.event(bodies.completion(delta, null, false));
      }
      wire.event(bodies.completion("", "stop", false));
      if (bodies.usageAsked()) {
        wire.event(bodies.completionUsage());
      }
      wire.event("[DONE]");
      wire.end();
    };
  }

  /** An answer of the responses endpoint; streamed as its typed events, without {@code [DONE]}. */
  public static Reply response(String... deltas) {
    return wire -> {
      Received request = wire.request();
      OpenAiBodies bodies = new OpenAiBodies(request);
      String text = String.join("", deltas);
      if (!request.stream()) {
        wire.json(200, bodies.response("completed", text), requestId());
        return;
      }
      wire.startEvents();
      for (OpenAiBodies.Event event : bodies.responseEvents(List.of(deltas))) {
        wire.event(event.name(), event.data());
      }
      wire.end();
    };
  }

  /** One vector for each input, as numbers or base64 as the request asks. */
  public static Reply embeddings(int dimensions) {
    return wire ->
        wire.json(200, new OpenAiBodies(wire.request()).embeddings(dimensions), requestId());
  }

  /** One generated image, as base64. */
  public static Reply image() {
    return wire -> wire.json(200, new OpenAiBodies(wire.request()).image(), requestId());
  }

  /** Audio bytes, sent in chunks of at most the given size. */
  public static Reply speech(byte[] audio, int chunkSize) {
    return wire -> {
      wire.start(200, "audio/mpeg", requestId());
      for (int at = 0; at < audio.length; at += chunkSize) {
        int length = Math.min(chunkSize, audio.length - at);
        byte[] chunk = new byte[length];
        System.arraycopy(audio, at, chunk, 0, length);
        wire.chunk(chunk);
      }
      wire.end();
    };
  }

  /** A transcription; 400 unless the request is a whole form with a file and a model. */
  public static Reply transcription(String text) {
    return wire -> {
      Received request = wire.request();
      Optional<List<Multipart.Part>> parts =
          Multipart.parse(request.header("Content-Type").orElse(""), request.body());
      Optional<String> problem = formProblem(parts);
      if (problem.isPresent()) {
        error(400, "invalid_request_error", null, problem.get()).send(wire);
        return;
      }
      boolean plain =
          parts.get().stream()
              .anyMatch(
                  part ->
                      part.name().equals("response_format")
                          && new String(part.content(), StandardCharsets.UTF_8).equals("text"));
      if (plain) {
        wire.answer(200, "text/plain; charset=utf-8", (text + "\n").getBytes());
      } else {
        wire.json(200, OpenAiBodies.transcription(text), requestId());
      }
    };
  }

  /** The list of models. */
  public static Reply models(String... ids) {
    return wire -> wire.json(200, OpenAiBodies.models(List.of(ids)), requestId());
  }

  /**
   * An error in OpenAI's shape.
   *
   * @param code the error's code, or {@code null}
   * @param headers further header lines, as {@code "Retry-After: 1"}
   */
  public static Reply error(
      int status, String type, String code, String message, String... headers) {
    return wire -> wire.json(status, OpenAiBodies.error(type, code, message), headers);
  }

  private static Reply forPath(String path) {
    if (path.endsWith("/chat/completions")) {
      return CHAT;
    } else if (path.endsWith("/completions")) {
      return COMPLETION;
    } else if (path.endsWith("/responses")) {
      return RESPONSE;
    } else if (path.endsWith("/embeddings")) {
      return embeddings(8);
    } else if (path.endsWith("/images/generations")) {
      return image();
    } else if (path.endsWith("/audio/speech")) {
      return speech(audio(4096), 1024);
    } else if (path.endsWith("/audio/transcriptions")) {
      return transcription("The quick brown fox.");
    } else if (path.endsWith("/models")) {
      return MODELS;
    }
    return error(404, "invalid_request_error", "unknown_url", "Unknown request URL: " + path);
  }

  /** Bytes that are no text, the same at each call. */
  static byte[] audio(int length) {
    byte[] audio = new byte[length];
    for (int i = 0; i < length; i++) {
      audio[i] = (byte) (i * 31 + 7);
    }
    return audio;
  }

  private static void finishChat(Wire wire, OpenAiBodies bodies, String reason)
      throws IOException, InterruptedException {
    wire.event(bodies.chatFinish(reason));
    if (bodies.usageAsked()) {
      wire.event(bodies.chatUsage());
    }
    wire.event("[DONE]");
    wire.end();
  }

  private static Optional<String> formProblem(Optional<List<Multipart.Part>> parts) {
    if (parts.isEmpty()) {
      return Optional.of("Could not parse multipart form");
    }
    if (parts.get().stream().noneMatch(part -> part.name().equals("model"))) {
      return Optional.of("you must provide a model parameter");
    }
    if (parts.get().stream()
        .noneMatch(part -> part.name().equals("file") && !part.fileName().isEmpty())) {
      return Optional.of("you must provide a file parameter");
    }
    return Optional.empty();
  }

  private static String requestId() {
    return "x-request-id: req_simulator";
  }
}
