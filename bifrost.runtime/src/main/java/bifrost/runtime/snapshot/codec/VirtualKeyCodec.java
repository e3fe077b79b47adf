package bifrost.runtime.snapshot.codec;

import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.VirtualKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Virtual keys. */
final class VirtualKeyCodec {
  private VirtualKeyCodec() {}

  static void write(Content out, VirtualKey key) {
    out.put("name", key.name());
    if (!key.description().isEmpty()) {
      out.put("description", key.description());
    }
    out.put("hash", key.hash().hex())
        .put("active", key.active())
        .putList("providers", key.providers().stream().map(g -> write(out, g)).toList())
        .put("allow_all_providers", key.allowAllProviders())
        .put("team_id", key.teamId())
        .put("customer_id", key.customerId())
        .put("expires_at", key.expiresAt().map(Instant::toString))
        .put("disable_content_logging", key.disableContentLogging());
    LimitsCodec.write(out, key.limits());
  }

  static VirtualKey read(String id, StoredFields in) {
    return new VirtualKey(
        id,
        in.required("name"),
        in.text("description"),
        KeyHash.ofHex(in.required("hash")),
        in.flag("active"),
        in.list("providers", VirtualKeyCodec::grant),
        in.flag("allow_all_providers"),
        in.optional("team_id").map(in::shared),
        in.optional("customer_id").map(in::shared),
        in.optional("expires_at").map(Instant::parse),
        LimitsCodec.read(in),
        in.optionalFlag("disable_content_logging"));
  }

  private static Map<String, Object> write(Content out, VirtualKey.ProviderGrant grant) {
    Content inner = out.inner();
    inner
        .put("id", grant.id())
        .put("provider", grant.provider())
        .put("weight", grant.weight())
        .putList("models", grant.models().allowed())
        .putList("denied_models", grant.models().denied())
        .putList("key_ids", grant.keyIds());
    LimitsCodec.write(inner, grant.limits());
    return inner.members();
  }

  private static VirtualKey.ProviderGrant grant(StoredFields in) {
    List<String> keyIds = in.shared(List.copyOf(in.texts("key_ids")));
    return new VirtualKey.ProviderGrant(
        in.required("id"),
        in.shared(in.required("provider")),
        in.has("weight") ? in.shared(Optional.of(in.real("weight", 0))) : Optional.empty(),
        in.shared(ProviderCodec.models(in, "models", "denied_models")),
        keyIds,
        LimitsCodec.read(in));
  }
}
