package bifrost.runtime.snapshot.codec;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one instance of values that many rows repeat, such as the name of a provider or a window: a
 * million virtual keys then hold it once. Bounded; beyond that values are kept as they come. Safe
 * for any thread.
 */
public final class Shared {
  private static final int MOST = 16_384;

  private final Map<Object, Object> instances = new ConcurrentHashMap<>();

  /** The one instance of a value. */
  @SuppressWarnings("unchecked")
  public <T> T one(T value) {
    Object known = instances.get(value);
    if (known != null) {
      return (T) known;
    }
    if (instances.size() < MOST) {
      instances.put(value, value);
    }
    return value;
  }
}
