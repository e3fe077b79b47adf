package bifrost.runtime.snapshot.packed;

import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.VirtualKey.ProviderGrant;
import bifrost.api.snapshot.Window;
import bifrost.runtime.snapshot.codec.Shared;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One virtual key, packed: {@code hash 32, id, name, flags, team or customer, ...}. What it is
 * found by can be compared without unpacking it.
 *
 * <p>Unpacking gives a key that equals the one that was packed.
 */
public abstract class PackedKey {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int HASH = 4 * Long.BYTES;

  private static final int ACTIVE = 1;
  private static final int ALL_PROVIDERS = 1 << 1;
  private static final int TEAM = 1 << 2;
  private static final int CUSTOMER = 1 << 3;
  private static final int EXPIRES = 1 << 4;
  private static final int LOGGING_SET = 1 << 5;
  private static final int LOGGING_DISABLED = 1 << 6;
  private static final int DESCRIBED = 1 << 7;

  private final byte[] bytes;
  private final List<Object> common;

  /**
   * Packs a key.
   *
   * @param key the key
   * @param shared keeps one instance of what keys have in common
   */
  protected PackedKey(VirtualKey key, Shared shared) {
    PackWriter out = new PackWriter();
    write(out, key);
    bytes = out.bytes();
    common = shared.one(out.common());
  }

  /** The hash of its secret. */
  public final KeyHash hash() {
    return new KeyHash(part(0), part(1), part(2), part(3));
  }

  /** Whether its secret has this hash. */
  public final boolean hasHash(KeyHash hash) {
    return part(0) == hash.a() && part(1) == hash.b() && part(2) == hash.c() && part(3) == hash.d();
  }

  /** Its id. */
  public final String id() {
    return reader().text();
  }

  /** Whether this is its id. */
  public final boolean hasId(String id) {
    return reader().isText(id);
  }

  /** The hash code of its id. */
  public final int idHash() {
    return reader().textHash();
  }

  /** Its name. */
  public final String name() {
    return atName().text();
  }

  /** Whether this is its name. */
  public final boolean hasName(String name) {
    return atName().isText(name);
  }

  /** The hash code of its name. */
  public final int nameHash() {
    return atName().textHash();
  }

  /** Whether it belongs to this team. */
  public final boolean isOfTeam(String id) {
    return isOf(TEAM, id);
  }

  /** Whether it belongs to this customer, not by its team. */
  public final boolean isOfCustomer(String id) {
    return isOf(CUSTOMER, id);
  }

  /** What it has in common with others. */
  public final List<Object> common() {
    return common;
  }

  /** How many bytes are its own. */
  public final int ownBytes() {
    return bytes.length;
  }

  /** The key. */
  protected final VirtualKey unpack() {
    PackReader in = reader();
    String id = in.text();
    String name = in.text();
    int flags = in.small();
    Optional<String> team = optional(flags, TEAM, in::text);
    Optional<String> customer = optional(flags, CUSTOMER, in::text);
    return new VirtualKey(
        id,
        name,
        (flags & DESCRIBED) == 0 ? "" : in.text(),
        hash(),
        (flags & ACTIVE) != 0,
        list(in, () -> grant(in, id)),
        (flags & ALL_PROVIDERS) != 0,
        team,
        customer,
        optional(flags, EXPIRES, () -> Instant.ofEpochSecond(in.whole(), in.whole())),
        limits(in, id),
        optional(flags, LOGGING_SET, () -> (flags & LOGGING_DISABLED) != 0));
  }

  private static void write(PackWriter out, VirtualKey key) {
    KeyHash hash = key.hash();
    out.fixed(hash.a()).fixed(hash.b()).fixed(hash.c()).fixed(hash.d());
    out.text(key.id()).text(key.name());
    out.whole(
        (key.active() ? ACTIVE : 0)
            | (key.allowAllProviders() ? ALL_PROVIDERS : 0)
            | (key.teamId().isPresent() ? TEAM : 0)
            | (key.customerId().isPresent() ? CUSTOMER : 0)
            | (key.expiresAt().isPresent() ? EXPIRES : 0)
            | (key.disableContentLogging().isPresent() ? LOGGING_SET : 0)
            | (key.disableContentLogging().orElse(false) ? LOGGING_DISABLED : 0)
            | (key.description().isEmpty() ? 0 : DESCRIBED));
    key.teamId().ifPresent(out::text);
    key.customerId().ifPresent(out::text);
    if (!key.description().isEmpty()) {
      out.text(key.description());
    }
    out.whole(key.providers().size());
    for (ProviderGrant grant : key.providers()) {
      out.text(grant.id(), key.id())
          .common(grant.provider())
          .common(grant.weight())
          .common(grant.models())
          .common(new KeyIds(grant.keyIds()));
      write(out, grant.limits(), key.id());
    }
    key.expiresAt().ifPresent(expiry -> out.whole(expiry.getEpochSecond()).whole(expiry.getNano()));
    write(out, key.limits(), key.id());
  }

  private static ProviderGrant grant(PackReader in, String keyId) {
    return new ProviderGrant(
        in.text(keyId),
        in.common(String.class),
        weight(in),
        in.common(ModelFilter.class),
        in.common(KeyIds.class).ids(),
        limits(in, keyId));
  }

  @SuppressWarnings("unchecked")
  private static Optional<Double> weight(PackReader in) {
    return (Optional<Double>) in.common(Optional.class);
  }

  private static void write(PackWriter out, Limits limits, String keyId) {
    out.whole(limits.budgets().size() * 2L + (limits.calendarAligned() ? 1 : 0));
    for (Budget budget : limits.budgets()) {
      out.text(budget.id(), keyId)
          .whole(budget.limitNanos())
          .whole(budget.anchorMillis())
          .common(budget.window())
          .common(budget.kind())
          .whole(budget.override().isPresent() ? 1 : 0);
      budget
          .override()
          .ifPresent(
              override ->
                  out.whole(override.amountNanos())
                      .whole(override.windows())
                      .whole(override.fromMillis()));
    }
    out.whole(limits.rateLimits().size());
    for (RateLimit rate : limits.rateLimits()) {
      out.text(rate.id(), keyId)
          .whole(rate.limit())
          .whole(rate.anchorMillis())
          .common(rate.window())
          .common(rate.metric());
    }
  }

  private static Limits limits(PackReader in, String keyId) {
    int header = in.small();
    List<Budget> budgets = list(header >>> 1, () -> budget(in, keyId));
    List<RateLimit> rates = list(in, () -> rateLimit(in, keyId));
    boolean aligned = (header & 1) != 0;
    return budgets.isEmpty() && rates.isEmpty() && !aligned
        ? Limits.NONE
        : new Limits(budgets, rates, aligned);
  }

  private static Budget budget(PackReader in, String keyId) {
    String id = in.text(keyId);
    long limit = in.whole();
    long anchor = in.whole();
    Window window = in.common(Window.class);
    Budget.Kind kind = in.common(Budget.Kind.class);
    Optional<LimitOverride> override =
        optional(in.small(), 1, () -> new LimitOverride(in.whole(), in.small(), in.whole()));
    return new Budget(id, limit, window, kind, anchor, override);
  }

  private static RateLimit rateLimit(PackReader in, String keyId) {
    String id = in.text(keyId);
    long limit = in.whole();
    long anchor = in.whole();
    Window window = in.common(Window.class);
    return new RateLimit(id, in.common(RateLimit.Metric.class), limit, window, anchor);
  }

  private static <T> List<T> list(PackReader in, Supplier<T> element) {
    return list(in.small(), element);
  }

  private static <T> List<T> list(int size, Supplier<T> element) {
    if (size == 0) {
      return List.of();
    }
    List<T> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(element.get());
    }
    return list;
  }

  private static <T> Optional<T> optional(int flags, int flag, Supplier<T> value) {
    return (flags & flag) == 0 ? Optional.empty() : Optional.of(value.get());
  }

  private boolean isOf(int flag, String owner) {
    PackReader in = atName();
    in.skipText();
    int flags = in.small();
    if ((flags & flag) == 0) {
      return false;
    }
    if (flag == CUSTOMER && (flags & TEAM) != 0) {
      in.skipText();
    }
    return in.isText(owner);
  }

  private long part(int index) {
    return (long) LONGS.get(bytes, index * Long.BYTES);
  }

  private PackReader reader() {
    return new PackReader(bytes, common, HASH);
  }

  private PackReader atName() {
    PackReader in = reader();
    in.skipText();
    return in;
  }

  /** The keys of a provider that a grant names. */
  private record KeyIds(List<String> ids) {}
}
