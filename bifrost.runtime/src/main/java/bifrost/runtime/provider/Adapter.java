package bifrost.runtime.provider;

import bifrost.api.model.Operation;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ProviderDescriptor.Support;
import bifrost.api.provider.ProviderDescriptor.Vendor;
import bifrost.runtime.lease.Lease;
import java.util.Optional;

/**
 * A provider service under one of the names that it serves.
 *
 * @param descriptor what the service can do
 * @param vendor the vendor of that name; empty for the provider's own name
 * @param lease the service itself
 */
public record Adapter(
    ProviderDescriptor descriptor, Optional<Vendor> vendor, Lease<Provider> lease) {
  /** Whether a call needs a key. */
  public boolean keyRequired() {
    return vendor.map(Vendor::keyRequired).orElse(descriptor.keyRequired());
  }

  /** Whether OpenAI's {@code stream_options} are understood. */
  public boolean streamUsage() {
    return vendor.map(Vendor::streamUsage).orElse(true);
  }

  /** Where the vendor is, when the configuration does not say. */
  public Optional<String> baseUrl() {
    return vendor.flatMap(Vendor::baseUrl);
  }

  /** How the operation is taken; nothing when the vendor does not offer it. */
  public Support support(Operation operation) {
    boolean offered =
        vendor
            .map(v -> v.operations().isEmpty() || v.operations().contains(operation))
            .orElse(true);
    return offered ? descriptor.support(operation) : Support.NONE;
  }
}
