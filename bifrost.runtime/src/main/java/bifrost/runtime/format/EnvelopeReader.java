package bifrost.runtime.format;

import bifrost.api.model.Refusal;
import bifrost.runtime.format.Envelope.Span;
import bifrost.runtime.json.JsonScanner;
import bifrost.runtime.json.JsonScanner.MalformedJsonException;
import bifrost.runtime.json.JsonStrings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads the {@link Envelope} of an OpenAI-shaped body in one pass over its bytes. */
final class EnvelopeReader {
  private static final int LONGEST_MODEL = 256;
  private static final int MOST_FALLBACKS = 16;
  private static final int MOST_CHOICES = 128;

  private final byte[] body;
  private final ObjectMapper mapper;
  private final PromptMembers prompt;
  private Span model = Span.NONE;
  private Span stream = Span.NONE;
  private Span streamOptions = Span.NONE;
  private Span fallbacks = Span.NONE;
  private Span fallbacksCut = Span.NONE;
  private Span maxTokens = Span.NONE;
  private Span maxCompletionTokens = Span.NONE;
  private Span maxOutputTokens = Span.NONE;
  private Span choices = Span.NONE;
  private String duplicate = "";
  private int previousEnd = -1;
  private boolean cutReachesNext;

  private EnvelopeReader(byte[] body, ObjectMapper mapper) {
    this.body = body;
    this.mapper = mapper;
    this.prompt = new PromptMembers(body);
  }

  /** What a body was found to be. */
  sealed interface Result {
    /** A body that the gateway understands. */
    record Read(Envelope envelope) implements Result {}

    /** A body that it refuses. */
    record Refused(Refusal refusal) implements Result {}
  }

  static Result read(byte[] body, ObjectMapper mapper) {
    EnvelopeReader reader = new EnvelopeReader(body, mapper);
    try {
      JsonScanner.scanObject(body, body.length, reader::member);
      return new Result.Read(reader.envelope());
    } catch (MalformedJsonException e) {
      return new Result.Refused(
          Refusal.of(400, "invalid_request", "malformed JSON: " + e.getMessage()));
    } catch (FieldException e) {
      return new Result.Refused(Refusal.invalid(e.field, e.getMessage()));
    }
  }

  private void member(int keyStart, int keyEnd, int valueStart, int valueEnd) {
    if (cutReachesNext) {
      fallbacksCut = new Span(fallbacksCut.start(), keyStart);
      cutReachesNext = false;
    }
    prompt.member(keyStart, keyEnd, valueStart, valueEnd);
    Span value = new Span(valueStart, valueEnd);
    switch (keyEnd - keyStart - 2) {
      case 1 -> {
        if (isKey(keyStart, "n")) {
          choices = once("n", choices, value);
        }
      }
      case 5 -> {
        if (isKey(keyStart, "model")) {
          model = once("model", model, value);
        }
      }
      case 6 -> {
        if (isKey(keyStart, "stream")) {
          stream = once("stream", stream, value);
        }
      }
      case 9 -> {
        if (isKey(keyStart, "fallbacks")) {
          fallbacks = once("fallbacks", fallbacks, value);
          cutReachesNext = previousEnd < 0;
          fallbacksCut = new Span(cutReachesNext ? keyStart : previousEnd, valueEnd);
        }
      }
      case 10 -> {
        if (isKey(keyStart, "max_tokens")) {
          maxTokens = once("max_tokens", maxTokens, value);
        }
      }
      case 14 -> {
        if (isKey(keyStart, "stream_options")) {
          streamOptions = once("stream_options", streamOptions, value);
        }
      }
      case 17 -> {
        if (isKey(keyStart, "max_output_tokens")) {
          maxOutputTokens = once("max_output_tokens", maxOutputTokens, value);
        }
      }
      case 21 -> {
        if (isKey(keyStart, "max_completion_tokens")) {
          maxCompletionTokens = once("max_completion_tokens", maxCompletionTokens, value);
        }
      }
      default -> {
        // a member that only the upstream reads
      }
    }
    previousEnd = valueEnd;
  }

  private boolean isKey(int keyStart, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (body[keyStart + 1 + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Span once(String name, Span before, Span now) {
    if (before.present()) {
      duplicate = name;
    }
    return now;
  }

  private Envelope envelope() throws FieldException {
    if (!duplicate.isEmpty()) {
      throw new FieldException(duplicate, "'" + duplicate + "' is given twice; give it once");
    }
    boolean streamed = stream.present() && bool("stream", stream);
    long limit = -1;
    List<Span> limits = new ArrayList<>(1);
    for (Span span : List.of(maxTokens, maxCompletionTokens, maxOutputTokens)) {
      if (span.present()) {
        limits.add(span);
      }
      if (span.present() && !isNull(span)) {
        limit = Math.max(limit, integer(fieldOf(span), span, 1, Integer.MAX_VALUE));
      }
    }
    return new Envelope(
        modelName(),
        model,
        streamed,
        streamOptions,
        streamOptions.present() && !isNull(streamOptions) && wantsUsage(),
        fallbacks.present() ? fallbackList() : List.of(),
        fallbacksCut,
        limit < 0 ? OptionalLong.empty() : OptionalLong.of(limit),
        List.copyOf(limits),
        choices.present() && !isNull(choices) ? (int) integer("n", choices, 1, MOST_CHOICES) : 1,
        prompt.bytes());
  }

  private String fieldOf(Span span) {
    return span == maxTokens
        ? "max_tokens"
        : span == maxCompletionTokens ? "max_completion_tokens" : "max_output_tokens";
  }

  private String modelName() throws FieldException {
    if (!model.present()) {
      throw new FieldException("model", "'model' is missing; give it as provider/model");
    }
    if (body[model.start()] != '"') {
      throw new FieldException("model", "'model' is not a string; give it as provider/model");
    }
    String name = JsonStrings.decode(body, model.start(), model.end());
    String fault = modelFault(name);
    if (!fault.isEmpty()) {
      throw new FieldException("model", "'model' " + fault);
    }
    return name;
  }

  /** What is wrong with a model's name; empty when nothing is. */
  static String modelFault(String name) {
    if (name.isBlank()) {
      return "is empty; give it as provider/model";
    }
    if (name.length() > LONGEST_MODEL) {
      return "has " + name.length() + " characters, at most " + LONGEST_MODEL;
    }
    if (name.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
      return "contains a control character";
    }
    return "";
  }

  private boolean bool(String field, Span span) throws FieldException {
    return switch (body[span.start()]) {
      case 't' -> true;
      case 'f', 'n' -> false;
      default -> throw new FieldException(field, "'" + field + "' is not true or false");
    };
  }

  private boolean isNull(Span span) {
    return body[span.start()] == 'n';
  }

  private long integer(String field, Span span, long least, long most) throws FieldException {
    String text = new String(body, span.start(), span.end() - span.start(), StandardCharsets.UTF_8);
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below, with the numbers out of range
    }
    throw new FieldException(
        field, "'%s' is not a whole number from %d to %d".formatted(field, least, most));
  }

  private boolean wantsUsage() throws FieldException {
    JsonNode options = tree("stream_options", streamOptions);
    if (!options.isObject()) {
      throw new FieldException("stream_options", "'stream_options' is not an object");
    }
    return options.path("include_usage").booleanValue(false);
  }

  private List<String> fallbackList() throws FieldException {
    JsonNode list = tree("fallbacks", fallbacks);
    if (list.isNull()) {
      return List.of();
    }
    if (!list.isArray() || list.size() > MOST_FALLBACKS) {
      throw new FieldException(
          "fallbacks",
          "'fallbacks' is not an array of at most "
              + MOST_FALLBACKS
              + " entries like \"provider/model\"");
    }
    String[] names = new String[list.size()];
    for (int i = 0; i < names.length; i++) {
      JsonNode entry = list.get(i);
      String name =
          entry.isString()
              ? entry.stringValue()
              : entry.path("provider").stringValue("") + "/" + entry.path("model").stringValue("");
      int slash = name.indexOf('/');
      if (slash < 1 || slash == name.length() - 1 || !modelFault(name).isEmpty()) {
        throw new FieldException(
            "fallbacks[" + i + "]",
            "'fallbacks[" + i + "]' is neither \"provider/model\" nor an object with both");
      }
      names[i] = name;
    }
    return List.of(names);
  }

  private JsonNode tree(String field, Span span) throws FieldException {
    try {
      return mapper.readTree(body, span.start(), span.end() - span.start());
    } catch (JacksonException e) {
      throw new FieldException(field, "'" + field + "' cannot be read");
    }
  }

  private static final class FieldException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String field;

    FieldException(String field, String message) {
      super(message, null, false, false);
      this.field = field;
    }
  }
}
