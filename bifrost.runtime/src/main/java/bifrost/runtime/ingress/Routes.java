package bifrost.runtime.ingress;

import bifrost.api.model.Operation;
import bifrost.runtime.format.InboundFormat;
import bifrost.runtime.format.OpenAiFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The paths of the core and what they mean: one table, looked up by the whole path. */
final class Routes {
  private static final List<String> OPENAI_PREFIXES = List.of("/v1", "/openai/v1");
  private static final Map<String, Operation> OPENAI_OPERATIONS =
      Map.of(
          "/chat/completions", Operation.CHAT_COMPLETION,
          "/completions", Operation.TEXT_COMPLETION,
          "/responses", Operation.RESPONSES,
          "/embeddings", Operation.EMBEDDING,
          "/images/generations", Operation.IMAGE_GENERATION,
          "/audio/speech", Operation.SPEECH,
          "/audio/transcriptions", Operation.TRANSCRIPTION);

  private final Map<String, Route> table = new HashMap<>();

  /** What a path means. */
  sealed interface Route {
    /** The method that it is asked with. */
    String method();

    /** An inference, which goes through the request path. */
    record Inference(String template, Operation operation, InboundFormat format) implements Route {
      @Override
      public String method() {
        return "POST";
      }
    }

    /** The list of models; {@code prefix} ends where a single model's id begins. */
    record Models(String prefix, InboundFormat format) implements Route {
      @Override
      public String method() {
        return "GET";
      }
    }

    /** A page of the node itself. */
    record Page(Kind kind) implements Route {
      /** Which one. */
      enum Kind {
        HEALTH,
        READY,
        METRICS
      }

      @Override
      public String method() {
        return "GET";
      }
    }
  }

  Routes() {
    InboundFormat openAi = new OpenAiFormat();
    for (String prefix : OPENAI_PREFIXES) {
      OPENAI_OPERATIONS.forEach(
          (path, operation) ->
              table.put(prefix + path, new Route.Inference(prefix + path, operation, openAi)));
      table.put(prefix + "/models", new Route.Models(prefix + "/models/", openAi));
    }
    table.put("/health", new Route.Page(Route.Page.Kind.HEALTH));
    table.put("/ready", new Route.Page(Route.Page.Kind.READY));
    table.put("/metrics", new Route.Page(Route.Page.Kind.METRICS));
  }

  /** All of them, by path. */
  Map<String, Route> all() {
    return Map.copyOf(table);
  }

  Optional<Route> find(String path) {
    Route route = table.get(path);
    if (route == null && path.length() > 1 && path.endsWith("/")) {
      route = table.get(path.substring(0, path.length() - 1));
    }
    if (route == null) {
      int models = path.indexOf("/models/");
      if (models > 0 && table.get(path.substring(0, models + 7)) instanceof Route.Models list) {
        route = list;
      }
    }
    return Optional.ofNullable(route);
  }
}
