package bifrost.runtime.routing;

import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which providers serve a bare model name: those whose keys list it, else the vendor that such
 * names belong to, else the only provider there is.
 */
public final class ModelOwners {
  /** How the names of a vendor's own models begin. */
  private static final Map<String, List<String>> PREFIXES =
      Map.ofEntries(
          Map.entry(
              "openai",
              List.of(
                  "gpt-",
                  "o1",
                  "o3",
                  "o4",
                  "chatgpt-",
                  "text-embedding-",
                  "dall-e-",
                  "tts-",
                  "whisper-",
                  "davinci-",
                  "babbage-")),
          Map.entry("anthropic", List.of("claude-")),
          Map.entry("gemini", List.of("gemini-", "gemma-", "imagen-")),
          Map.entry("cohere", List.of("command", "embed-", "rerank-")),
          Map.entry(
              "mistral",
              List.of(
                  "mistral-", "ministral-", "codestral-", "magistral-", "devstral-", "pixtral-")),
          Map.entry("deepseek", List.of("deepseek-")),
          Map.entry("xai", List.of("grok-")),
          Map.entry("perplexity", List.of("sonar")));

  /** The providers of a model, best first; empty when nobody is known to serve it. */
  List<ProviderConfig> providersOf(String model, Snapshot snapshot) {
    List<ProviderConfig> naming = new ArrayList<>();
    List<ProviderConfig> owning = new ArrayList<>();
    List<ProviderConfig> allowing = new ArrayList<>();
    for (ProviderConfig provider : snapshot.providers()) {
      List<ProviderKey> keys = snapshot.keys(provider.id());
      if (keys.stream().anyMatch(key -> names(key, model))) {
        naming.add(provider);
      } else if (keys.stream().anyMatch(key -> key.models().allows(model))) {
        allowing.add(provider);
        if (owns(provider.base().orElse(provider.id()), model)) {
          owning.add(provider);
        }
      }
    }
    if (!naming.isEmpty()) {
      return naming;
    }
    if (!owning.isEmpty()) {
      // the vendor itself before custom providers that speak its format
      owning.sort(Comparator.comparing(provider -> provider.base().isPresent()));
      return owning;
    }
    return allowing.size() == 1 ? allowing : List.of();
  }

  private static boolean names(ProviderKey key, String model) {
    return key.models().names(model)
        || (key.aliases().containsKey(model) && key.models().allows(model));
  }

  private static boolean owns(String vendor, String model) {
    return PREFIXES.getOrDefault(vendor, List.of()).stream().anyMatch(model::startsWith);
  }
}
