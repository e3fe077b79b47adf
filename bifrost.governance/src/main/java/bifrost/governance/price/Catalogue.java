package bifrost.governance.price;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The prices of models by provider, as a file says them; immutable.
 *
 * <p>A name that is not listed is tried without the parts that vendors add to a model's name: a
 * region, a date, a version. So {@code gpt-4o-2024-08-06} costs what {@code gpt-4o} does unless it
 * is listed itself.
 *
 * @param version which edition it is
 * @param providers the prices of each provider
 */
record Catalogue(String version, Map<String, Vendor> providers) {
  private static final Pattern PREFIX =
      Pattern.compile("^(?:models/|(?:us|eu|apac|jp|au|ca|sa|us-gov|global)\\.)");
  private static final Pattern SUFFIX =
      Pattern.compile(
          "(?:[-@](?:\\d{4}-\\d{2}-\\d{2}|\\d{8}|\\d{3,4}|latest))?(?:-v\\d+(?::\\d+)?)?(?::\\d+)?$");

  /** How long a model's name may be before it is taken as unknown. */
  private static final int LONGEST_NAME = 200;

  private static final int DEEPEST = 4;

  Catalogue {
    providers = Map.copyOf(providers);
  }

  /** The price of a model; empty when the catalogue does not know it. */
  Optional<ModelPrice> find(String provider, String model) {
    return model.length() > LONGEST_NAME ? Optional.empty() : find(provider, model, 0);
  }

  /** The names that are listed for a provider, and for those whose prices it charges. */
  Set<String> names(String provider) {
    Set<String> names = new TreeSet<>();
    collect(provider, names, 0);
    return names;
  }

  private void collect(String provider, Set<String> names, int depth) {
    Vendor vendor = providers.get(provider);
    if (vendor == null || depth > DEEPEST) {
      return;
    }
    vendor.models().keySet().stream().filter(name -> !name.equals("*")).forEach(names::add);
    vendor.sameAs().forEach(other -> collect(other, names, depth + 1));
  }

  private Optional<ModelPrice> find(String provider, String model, int depth) {
    Vendor vendor = providers.get(provider);
    if (vendor == null || depth > DEEPEST) {
      return Optional.empty();
    }
    if (vendor.free()) {
      return Optional.of(ModelPrice.FREE);
    }
    ModelPrice price = vendor.find(model);
    if (price != null) {
      return Optional.of(price);
    }
    int slash = model.indexOf('/');
    if (vendor.prefixed() && slash > 0) {
      return find(model.substring(0, slash), model.substring(slash + 1), depth + 1);
    }
    for (String other : vendor.sameAs()) {
      Optional<ModelPrice> found = find(other, model, depth + 1);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * The prices of one provider.
   *
   * @param models its models by name; {@code *} for all others
   * @param sameAs providers whose prices it charges for what it does not list
   * @param prefixed whether its models' names start with the vendor's name and a slash
   * @param free whether nothing costs anything
   */
  record Vendor(
      Map<String, ModelPrice> models, List<String> sameAs, boolean prefixed, boolean free) {
    Vendor {
      models = Map.copyOf(models);
      sameAs = List.copyOf(sameAs);
    }

    private ModelPrice find(String model) {
      ModelPrice price = models.get(model);
      if (price == null) {
        String plain = PREFIX.matcher(model).replaceFirst("");
        price = models.get(plain);
        if (price == null) {
          price = models.get(SUFFIX.matcher(plain).replaceFirst(""));
        }
      }
      return price != null ? price : models.get("*");
    }
  }
}
