package bifrost.api.provider;

import bifrost.api.model.Operation;
import bifrost.api.model.WireFormat;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a provider is called and can do.
 *
 * <p>The name is the first half of {@code provider/model}. A provider that needs no key serves
 * under its own name as soon as its bundle runs, without any configuration.
 *
 * @param name lower case letters, digits, {@code -} and {@code _}, at most 64 characters
 * @param operations how each supported operation is taken; what is not in it is refused with 400
 * @param keyRequired whether a call needs a key of the configuration
 * @param vendors further names under which this provider serves, each with its own defaults
 */
public record ProviderDescriptor(
    String name, Map<Operation, Support> operations, boolean keyRequired, List<Vendor> vendors) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  /** Copies the collections; refuses a name that could not stand before a slash. */
  public ProviderDescriptor {
    requireName(name);
    operations = operations.isEmpty() ? Map.of() : Map.copyOf(operations);
    vendors = List.copyOf(vendors);
  }

  /** A provider that needs a key and supports nothing yet; add with the {@code with} methods. */
  public static ProviderDescriptor named(String name) {
    return new ProviderDescriptor(name, Map.of(), true, List.of());
  }

  /** The same, taking an operation in the neutral form ({@link Payload.Chat} and its siblings). */
  public ProviderDescriptor withTyped(Operation operation) {
    return with(operation, support(operation).andTyped());
  }

  /** The same, taking an operation's body as it came in, when it came in this format. */
  public ProviderDescriptor withRaw(Operation operation, WireFormat format) {
    return with(operation, support(operation).andRaw(format));
  }

  /** The same, needing no key. */
  public ProviderDescriptor withoutKey() {
    return new ProviderDescriptor(name, operations, false, vendors);
  }

  /** The same, serving one more vendor. */
  public ProviderDescriptor withVendor(Vendor vendor) {
    List<Vendor> more = new ArrayList<>(vendors);
    more.add(vendor);
    return new ProviderDescriptor(name, operations, keyRequired, more);
  }

  /** How an operation is taken; {@link Support#NONE} when it is not. */
  public Support support(Operation operation) {
    return operations.getOrDefault(operation, Support.NONE);
  }

  private ProviderDescriptor with(Operation operation, Support support) {
    Map<Operation, Support> more = new EnumMap<>(Operation.class);
    more.putAll(operations);
    more.put(operation, support);
    return new ProviderDescriptor(name, more, keyRequired, vendors);
  }

  private static void requireName(String name) {
    Objects.requireNonNull(name, "name is null");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "provider name '" + name + "' is not of the form " + NAME.pattern());
    }
  }

  /**
   * How an operation is taken.
   *
   * @param raw the formats whose body is taken as it came in
   * @param typed whether the neutral form is taken
   */
  public record Support(Set<WireFormat> raw, boolean typed) {
    /** The operation is not supported. */
    public static final Support NONE = new Support(Set.of(), false);

    /** Copies the set. */
    public Support {
      raw = Set.copyOf(raw);
    }

    /** Whether the operation is supported in any form. */
    public boolean any() {
      return typed || !raw.isEmpty();
    }

    Support andTyped() {
      return new Support(raw, true);
    }

    Support andRaw(WireFormat format) {
      Set<WireFormat> more = EnumSet.of(format);
      more.addAll(raw);
      return new Support(more, typed);
    }
  }

  /**
   * A vendor that a provider serves besides its own name.
   *
   * @param name the vendor's name, for example {@code groq}
   * @param baseUrl its root as its own SDK takes it; absent where each operator has one's own
   * @param keyRequired whether it wants a key
   * @param operations what it offers; empty means all that the provider supports
   * @param streamUsage whether it understands OpenAI's {@code stream_options.include_usage}
   */
  public record Vendor(
      String name,
      Optional<String> baseUrl,
      boolean keyRequired,
      Set<Operation> operations,
      boolean streamUsage) {
    /** Copies the set; refuses a bad name. */
    public Vendor {
      requireName(name);
      Objects.requireNonNull(baseUrl, "baseUrl is null");
      operations = Set.copyOf(operations);
    }
  }
}
