package bifrost.providers.echo;

import bifrost.api.model.FinishReason;
import bifrost.api.model.Usage;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Plays one answer as the model's name asks: waits, fails, speaks in pieces, breaks off. */
final class EchoRun {
  private static final int MAX_CHOICES = 16;

  private final ProviderCall call;
  private final EchoModel model;
  private final Question question;

  EchoRun(ProviderCall call, EchoModel model, Question question) {
    this.call = call;
    this.model = model;
    this.question = question;
  }

  Outcome play(Voice voice) throws InterruptedException {
    if (question.choices() < 1 || question.choices() > MAX_CHOICES) {
      return invalid("n is " + question.choices() + ", use 1 to " + MAX_CHOICES);
    }
    Optional<Outcome> early = beforeAnswer(call, model);
    if (early.isPresent()) {
      return early.get();
    }
    List<String> pieces = pieces();
    boolean limited =
        question.maxOutputTokens().isPresent()
            && question.maxOutputTokens().getAsInt() < pieces.size()
            && question.tool().isEmpty();
    if (limited) {
      pieces = pieces.subList(0, Math.max(0, question.maxOutputTokens().getAsInt()));
    }
    FinishReason reason =
        limited
            ? FinishReason.LENGTH
            : question.tool().isPresent() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    return call.stream() ? stream(voice, pieces, reason) : whole(voice, pieces, reason);
  }

  /** The model's delay and its error, which every operation shares. */
  static Optional<Outcome> beforeAnswer(ProviderCall call, EchoModel model)
      throws InterruptedException {
    if (!Pause.of(model.delay(), call)) {
      return Optional.of(late());
    }
    return model.error().isPresent()
        ? Optional.of(error(model.error().getAsInt(), model.retryAfter()))
        : Optional.empty();
  }

  static Outcome invalid(String message) {
    return failed(Kind.INVALID_REQUEST, 400, message, Optional.empty());
  }

  static Outcome unknownModel(String name) {
    String shown = name.length() > 60 ? name.substring(0, 60) + "..." : name;
    return failed(
        Kind.NOT_FOUND,
        404,
        "echo has no model '" + shown + "', " + EchoModel.USE,
        Optional.empty());
  }

  private List<String> pieces() {
    if (question.tool().isPresent()) {
      return Words.pieces(Arguments.of(question.text()));
    }
    return model.chunks().isPresent()
        ? Words.pieces(question.text(), model.chunks().getAsInt())
        : Words.pieces(question.text());
  }

  private Outcome stream(Voice voice, List<String> pieces, FinishReason reason)
      throws InterruptedException {
    voice.begin();
    int sent = 0;
    for (String piece : pieces) {
      if (model.cut().isPresent() && sent == model.cut().getAsInt()) {
        return cut(sent);
      }
      if (sent > 0 && !Pause.of(model.gap(), call)) {
        return Outcome.failed(
            UpstreamFailure.of(Kind.CUT, "the deadline came before the answer's end", true));
      }
      voice.piece(piece);
      sent++;
    }
    if (model.cut().isPresent()) {
      return cut(sent);
    }
    voice.end(reason, usage(sent));
    return new Outcome.Completed(Optional.of(reason));
  }

  private Outcome whole(Voice voice, List<String> pieces, FinishReason reason)
      throws InterruptedException {
    Duration speaking = model.gap().multipliedBy(Math.max(0, pieces.size() - 1));
    if (!Pause.of(speaking, call)) {
      return late();
    }
    if (model.cut().isPresent()) {
      return failed(Kind.CONNECTION, 0, "simulated break before the answer", Optional.empty());
    }
    voice.whole(pieces, reason, usage(pieces.size()));
    return new Outcome.Completed(Optional.of(reason));
  }

  private Usage usage(int pieces) {
    return Usage.ofTokens(question.inputTokens(), (long) pieces * question.choices());
  }

  private static Outcome cut(int pieces) {
    return Outcome.failed(
        UpstreamFailure.of(Kind.CUT, "simulated break after " + pieces + " pieces", true));
  }

  private static Outcome late() {
    return Outcome.failed(
        UpstreamFailure.of(Kind.TIMEOUT, "the deadline came before the answer", true));
  }

  private static Outcome error(int status, Optional<Duration> retryAfter) {
    return failed(UpstreamFailure.kindOf(status), status, "simulated error " + status, retryAfter);
  }

  private static Outcome failed(
      Kind kind, int status, String message, Optional<Duration> retryAfter) {
    byte[] body =
        ("{\"error\":{\"message\":"
                + JsonText.quote(message)
                + ",\"type\":\"echo_error\",\"code\":null}}")
            .getBytes(StandardCharsets.UTF_8);
    return Outcome.failed(
        new UpstreamFailure(kind, status, message, retryAfter, body, "application/json", false));
  }
}
