package bifrost.providers.openai;

import static bifrost.api.model.Operation.CHAT_COMPLETION;
import static bifrost.api.model.Operation.EMBEDDING;
import static bifrost.api.model.Operation.IMAGE_GENERATION;
import static bifrost.api.model.Operation.LIST_MODELS;
import static bifrost.api.model.Operation.RESPONSES;
import static bifrost.api.model.Operation.SPEECH;
import static bifrost.api.model.Operation.TEXT_COMPLETION;
import static bifrost.api.model.Operation.TRANSCRIPTION;

import bifrost.api.model.Operation;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ProviderDescriptor.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The vendors that this provider knows by name, and in what they differ from OpenAI. */
final class OpenAiVendors {
  static final String OPENAI = "openai";
  static final String AZURE = "azure";

  /** Serves below its root, without {@code /v1}, and ends streams without a mark. */
  static final String PERPLEXITY = "perplexity";

  private static final List<Operation> ALL =
      List.of(
          CHAT_COMPLETION,
          TEXT_COMPLETION,
          Operation.RESPONSES,
          EMBEDDING,
          IMAGE_GENERATION,
          SPEECH,
          TRANSCRIPTION,
          LIST_MODELS);
  private static final Vendor OPENAI_ITSELF =
      new Vendor(OPENAI, Optional.of("https://api.openai.com"), true, Set.of(), true);

  private static final List<Vendor> VENDORS =
      List.of(
          hosted(
              "groq",
              "https://api.groq.com/openai",
              CHAT_COMPLETION,
              RESPONSES,
              SPEECH,
              TRANSCRIPTION),
          withoutStreamOptions(
              hosted(
                  "mistral", "https://api.mistral.ai", CHAT_COMPLETION, EMBEDDING, TRANSCRIPTION)),
          hosted("cerebras", "https://api.cerebras.ai", CHAT_COMPLETION, TEXT_COMPLETION),
          hosted(
              "openrouter",
              "https://openrouter.ai/api",
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              RESPONSES,
              EMBEDDING),
          hosted(
              "xai",
              "https://api.x.ai",
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              RESPONSES,
              IMAGE_GENERATION),
          hosted("deepseek", "https://api.deepseek.com", CHAT_COMPLETION),
          hosted(
              "fireworks",
              "https://api.fireworks.ai/inference",
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              RESPONSES,
              EMBEDDING),
          hosted(
              "nebius",
              "https://api.studio.nebius.com",
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              EMBEDDING,
              IMAGE_GENERATION),
          withoutStreamOptions(hosted(PERPLEXITY, "https://api.perplexity.ai", CHAT_COMPLETION)),
          hosted(
              "together",
              "https://api.together.xyz",
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              EMBEDDING,
              IMAGE_GENERATION,
              SPEECH,
              TRANSCRIPTION),
          hosted(
              "parasail", "https://api.parasail.io", CHAT_COMPLETION, TEXT_COMPLETION, EMBEDDING),
          selfHosted(
              "ollama",
              Optional.of("http://localhost:11434"),
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              RESPONSES,
              EMBEDDING),
          selfHosted(
              "vllm",
              Optional.empty(),
              CHAT_COMPLETION,
              TEXT_COMPLETION,
              RESPONSES,
              EMBEDDING,
              TRANSCRIPTION),
          selfHosted(
              "sgl", Optional.empty(), CHAT_COMPLETION, TEXT_COMPLETION, RESPONSES, EMBEDDING),
          new Vendor(AZURE, Optional.empty(), true, Set.copyOf(ALL), true));

  private static final Map<String, Vendor> BY_NAME =
      VENDORS.stream().collect(Collectors.toUnmodifiableMap(Vendor::name, Function.identity()));

  private OpenAiVendors() {}

  static ProviderDescriptor descriptor() {
    ProviderDescriptor descriptor = ProviderDescriptor.named(OPENAI);
    for (Operation operation : ALL) {
      descriptor = descriptor.withRaw(operation, WireFormat.OPENAI);
    }
    for (Vendor vendor : VENDORS) {
      descriptor = descriptor.withVendor(vendor);
    }
    return descriptor;
  }

  /** The vendor of a name; a custom provider is treated as OpenAI itself. */
  static Vendor of(String name) {
    return BY_NAME.getOrDefault(name, OPENAI_ITSELF);
  }

  private static Vendor hosted(String name, String baseUrl, Operation... operations) {
    return new Vendor(name, Optional.of(baseUrl), true, withModels(operations), true);
  }

  private static Vendor selfHosted(String name, Optional<String> baseUrl, Operation... operations) {
    return new Vendor(name, baseUrl, false, withModels(operations), true);
  }

  private static Vendor withoutStreamOptions(Vendor vendor) {
    return new Vendor(
        vendor.name(), vendor.baseUrl(), vendor.keyRequired(), vendor.operations(), false);
  }

  private static Set<Operation> withModels(Operation... operations) {
    Set<Operation> all = java.util.EnumSet.of(LIST_MODELS, operations);
    return all;
  }
}
