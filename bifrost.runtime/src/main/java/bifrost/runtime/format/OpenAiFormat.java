package bifrost.runtime.format;

import bifrost.api.model.Answer;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's API as an inbound format: the reference, and the one that passes through most often. */
public final class OpenAiFormat implements InboundFormat {
  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final OpenAiDecoder decoder = new OpenAiDecoder(mapper);
  private final OpenAiEncoder encoder = new OpenAiEncoder(mapper);

  @Override
  public WireFormat wire() {
    return WireFormat.OPENAI;
  }

  @Override
  public Parsed parse(Operation operation, InboundBody body) throws IOException {
    String type = body.contentType().toLowerCase(Locale.ROOT);
    if (operation == Operation.TRANSCRIPTION) {
      return type.startsWith("multipart/form-data")
          ? upload(body)
          : wrongType(body, "multipart/form-data");
    }
    return type.isEmpty() || type.startsWith("application/json") || type.contains("+json")
        ? json(body)
        : wrongType(body, "application/json");
  }

  private static Parsed wrongType(InboundBody body, String wanted) {
    return new Parsed.Refused(
        new Refusal(
            415,
            "invalid_request",
            "unsupported_media_type",
            "Content-Type is '%s', send %s".formatted(body.contentType(), wanted),
            Optional.of("Content-Type"),
            Optional.empty(),
            false));
  }

  private Parsed json(InboundBody body) throws IOException {
    int length = (int) Math.min(body.length(), Integer.MAX_VALUE);
    byte[] bytes = length >= 0 ? body.in().readNBytes(length) : body.in().readAllBytes();
    if (body.length() > bytes.length) {
      throw new IOException("the body ends after %d bytes".formatted(bytes.length));
    }
    return switch (EnvelopeReader.read(bytes, mapper)) {
      case EnvelopeReader.Result.Refused(Refusal refusal) -> new Parsed.Refused(refusal);
      case EnvelopeReader.Result.Read(Envelope envelope) ->
          new Parsed.Ok(
              new ParsedCall(
                  envelope.model(),
                  envelope.stream(),
                  envelope.usageWanted(),
                  envelope.fallbacks(),
                  envelope.maxOutputTokens(),
                  envelope.choices(),
                  new JsonBody(bytes, envelope, "application/json")));
    };
  }

  private static Parsed upload(InboundBody body) throws IOException {
    return switch (UploadBody.read(body.in(), body.length(), body.contentType())) {
      case UploadBody.Result.Refused(Refusal refusal) -> new Parsed.Refused(refusal);
      case UploadBody.Result.Read(UploadBody upload) ->
          new Parsed.Ok(
              new ParsedCall(
                  upload.model(),
                  upload.stream(),
                  true,
                  List.of(),
                  OptionalLong.empty(),
                  1,
                  upload));
    };
  }

  @Override
  public Typed typed(
      Operation operation, ParsedCall call, String wireModel, OptionalLong maxOutputTokens) {
    if (!(call.body() instanceof JsonBody json)) {
      return new Typed.Refused(
          Refusal.of(
              400, "invalid_request", operation.label() + " has no form that this provider takes"));
    }
    try {
      return switch (operation) {
        case CHAT_COMPLETION ->
            new Typed.Ok(
                decoder.chat(json.array(), wireModel, json.envelope().stream(), maxOutputTokens));
        case EMBEDDING -> new Typed.Ok(decoder.embedding(json.array(), wireModel));
        default ->
            new Typed.Refused(
                Refusal.of(
                    400,
                    "invalid_request",
                    operation.label() + " is not supported by this provider"));
      };
    } catch (OpenAiDecoder.FieldException e) {
      return new Typed.Refused(Refusal.invalid(e.field(), e.getMessage()));
    } catch (JacksonException e) {
      return new Typed.Refused(
          Refusal.of(400, "invalid_request", "malformed JSON: " + e.getOriginalMessage()));
    }
  }

  @Override
  public byte[] answer(Answer answer, Usage usage, ParsedCall call) {
    boolean base64 =
        answer instanceof Answer.Embeddings
            && call.body() instanceof JsonBody json
            && decoder.wantsBase64(json.array());
    return encoder.answer(answer, usage, base64);
  }

  @Override
  public byte[] models(Answer.Models models) {
    return encoder.models(models);
  }

  @Override
  public byte[] model(Answer.Model model) {
    return encoder.model(model);
  }

  @Override
  public EventEncoder events(boolean usageWanted) {
    return new OpenAiEventEncoder(usageWanted);
  }

  @Override
  public byte[] error(ErrorReport report) {
    return OpenAiErrors.body(report);
  }

  @Override
  public byte[] streamError(ErrorReport report) {
    return OpenAiErrors.event(report);
  }
}
