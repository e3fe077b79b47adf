package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.runtime.config.json.Environment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What holds without a configuration file: a provider for each vendor whose key is set. */
public final class EnvironmentConfig {
  private static final Map<String, String> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("OPENAI_API_KEY", "openai");
    KEYS.put("ANTHROPIC_API_KEY", "anthropic");
    KEYS.put("GEMINI_API_KEY", "gemini");
    KEYS.put("GROQ_API_KEY", "groq");
    KEYS.put("MISTRAL_API_KEY", "mistral");
    KEYS.put("CEREBRAS_API_KEY", "cerebras");
    KEYS.put("OPENROUTER_API_KEY", "openrouter");
    KEYS.put("XAI_API_KEY", "xai");
    KEYS.put("DEEPSEEK_API_KEY", "deepseek");
    KEYS.put("FIREWORKS_API_KEY", "fireworks");
    KEYS.put("NEBIUS_API_KEY", "nebius");
    KEYS.put("PERPLEXITY_API_KEY", "perplexity");
    KEYS.put("TOGETHER_API_KEY", "together");
    KEYS.put("PARASAIL_API_KEY", "parasail");
    KEYS.put("COHERE_API_KEY", "cohere");
  }

  private EnvironmentConfig() {}

  /** Reads the environment. */
  public static ConfigFile read(Environment environment, Path dataDir) {
    List<SeedRow> seeds = new ArrayList<>();
    KEYS.forEach(
        (variable, provider) -> {
          String reference = Environment.reference(variable);
          Optional<String> value = environment.resolve(reference);
          if (value.isPresent()) {
            String hash = SeedHash.of(reference);
            seeds.add(SeedRow.of(ProviderConfig.named(provider), hash));
            Secret secret = Secret.ofReference(reference, value.get());
            seeds.add(SeedRow.of(key(provider, secret), hash));
          }
        });
    return new ConfigFile(
        "no configuration file",
        seeds,
        Map.of(StoreSection.PID, StoreSection.embedded(dataDir)),
        Optional.empty(),
        environment.resolve(Environment.reference("BIFROST_ENCRYPTION_KEY")).map(Secret::of),
        Set.of(),
        List.of());
  }

  /** The key of {@code BIFROST_ENCRYPTION_KEY}, which holds wherever no file sets one. */
  static Optional<Secret> encryptionKey(Environment environment) {
    return environment.resolve(Environment.reference("BIFROST_ENCRYPTION_KEY")).map(Secret::of);
  }

  private static ProviderKey key(String provider, Secret value) {
    return new ProviderKey(
        provider + ":env", provider, "env", value, ModelFilter.ALL, 1, Map.of(), Map.of());
  }
}
