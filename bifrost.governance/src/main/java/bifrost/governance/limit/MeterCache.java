package bifrost.governance.limit;

import bifrost.api.snapshot.Limits;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Meters of owners that many requests share: teams, customers, providers, models. An entry lives as
 * long as its owner's limits are the same object.
 */
public final class MeterCache {
  private final Books books;
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** An empty cache of meters over some books. */
  public MeterCache(Books books) {
    this.books = books;
  }

  /**
   * The meters of an owner.
   *
   * @param owner names it, for example {@code team/t1}
   * @param limits its limits
   * @param holder how it is called
   */
  public Meters of(String owner, Limits limits, Holder holder) {
    if (!limits.any()) {
      return Meters.NONE;
    }
    Entry entry = entries.get(owner);
    if (entry == null || entry.limits() != limits || !entry.holder().equals(holder)) {
      entry = new Entry(limits, holder, Meters.of(limits, holder, books));
      entries.put(owner, entry);
    }
    return entry.meters();
  }

  /** Forgets an owner. */
  public void forget(String owner) {
    entries.remove(owner);
  }

  private record Entry(Limits limits, Holder holder, Meters meters) {}
}
