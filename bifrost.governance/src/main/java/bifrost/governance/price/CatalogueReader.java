package bifrost.governance.price;

import bifrost.api.model.InvalidConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a catalogue of prices; what it does not understand is refused by its path. */
final class CatalogueReader {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_MODELS = 100_000;
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
  private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(10_000_000);
  private static final Set<String> BOUNDS =
      Set.of("tiers", "batch_percent", "context_tokens", "max_output_tokens");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxNumberLength(40)
                          .maxStringLength(10_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private CatalogueReader() {}

  /** The catalogue that is shipped. */
  static Catalogue builtIn() {
    try (InputStream in = CatalogueReader.class.getResourceAsStream("prices.json")) {
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a catalogue.
   *
   * @throws InvalidConfigException when it is none
   * @throws IOException when it cannot be read
   */
  static Catalogue read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new InvalidConfigException("", "the price catalogue is longer than 16 MiB");
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new InvalidConfigException(
          "", "the price catalogue is no JSON: " + e.getOriginalMessage());
    }
    requireObject(root, "");
    requireNames(root, "", Set.of("version", "unit", "providers"));
    requireObject(root.path("providers"), "providers");
    Map<String, Catalogue.Vendor> vendors = new HashMap<>();
    int models = 0;
    for (var entry : root.path("providers").properties()) {
      Catalogue.Vendor vendor = vendor(entry.getValue(), "providers." + entry.getKey());
      vendors.put(entry.getKey(), vendor);
      models += vendor.models().size();
    }
    if (models > MOST_MODELS) {
      throw new InvalidConfigException("providers", "more than " + MOST_MODELS + " models");
    }
    return new Catalogue(root.path("version").asString(""), vendors);
  }

  private static Catalogue.Vendor vendor(JsonNode node, String path) {
    requireObject(node, path);
    requireNames(node, path, Set.of("models", "same_as", "prefixed", "free"));
    Map<String, ModelPrice> models = new HashMap<>();
    for (var entry : node.path("models").properties()) {
      models.put(entry.getKey(), model(entry.getValue(), path + ".models." + entry.getKey()));
    }
    List<String> sameAs = new ArrayList<>();
    for (JsonNode name : node.path("same_as")) {
      sameAs.add(name.asString(""));
    }
    return new Catalogue.Vendor(
        models, sameAs, node.path("prefixed").asBoolean(false), node.path("free").asBoolean(false));
  }

  private static ModelPrice model(JsonNode node, String path) {
    requireObject(node, path);
    List<ModelPrice.Tier> tiers = new ArrayList<>();
    for (JsonNode tier : node.path("tiers")) {
      String where = path + ".tiers[" + tiers.size() + "]";
      requireObject(tier, where);
      tiers.add(
          new ModelPrice.Tier(
              whole(tier, "above_input_tokens", where, 0),
              price(tier, where, Set.of("above_input_tokens"))));
    }
    try {
      return new ModelPrice(
          price(node, path, BOUNDS),
          tiers,
          (int) whole(node, "batch_percent", path, 100),
          whole(node, "context_tokens", path, 0),
          whole(node, "max_output_tokens", path, 0));
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(path, e.getMessage());
    }
  }

  private static Price price(JsonNode node, String path, Set<String> others) {
    Map<String, Long> byUnit = new HashMap<>();
    for (var entry : node.properties()) {
      if (!others.contains(entry.getKey())) {
        byUnit.put(entry.getKey(), nanos(entry.getValue(), path + "." + entry.getKey()));
      }
    }
    try {
      return Price.of(byUnit);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(path, e.getMessage());
    }
  }

  private static long nanos(JsonNode node, String path) {
    if (!node.isNumber()) {
      throw new InvalidConfigException(path, "is no number; use US dollars per million units");
    }
    BigDecimal dollars = node.decimalValue();
    // Digits before the point; numbers far out of range would take long to scale.
    long digits = (long) dollars.precision() - dollars.scale();
    if (dollars.signum() == 0) {
      return 0;
    }
    if (dollars.signum() < 0 || digits > 8 || dollars.compareTo(MOST_DOLLARS) > 0) {
      throw new InvalidConfigException(path, "is out of range, use 0 to 10000000");
    }
    return digits < -10
        ? 1
        : Math.min(
            Price.MOST, dollars.multiply(NANOS).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static long whole(JsonNode node, String name, String path, long otherwise) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
      throw new InvalidConfigException(path + "." + name, "is no whole number of 0 or more");
    }
    return value.asInt();
  }

  private static void requireObject(JsonNode node, String path) {
    if (!node.isObject()) {
      throw new InvalidConfigException(path, "is no JSON object");
    }
  }

  private static void requireNames(JsonNode node, String path, Set<String> known) {
    for (var entry : node.properties()) {
      if (!known.contains(entry.getKey())) {
        throw new InvalidConfigException(
            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
            "is unknown, use one of " + known);
      }
    }
  }
}
