package bifrost.runtime.snapshot;

import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sums of hashes over versions, by bucket. Immutable; a successor copies only the pages that
 * differ, so a change costs the same however many rows there are.
 */
final class VersionDigest {
  private static final int PAGE = 64;

  /** Of nothing. */
  static final VersionDigest EMPTY =
      new VersionDigest(new long[ConfigurationReplica.BUCKETS / PAGE][PAGE]);

  private final long[][] pages;

  private VersionDigest(long[][] pages) {
    this.pages = pages;
  }

  /** The bucket of an entity, the same on every node. */
  static int bucket(EntityType type, String id) {
    return (int) mix(key(type, id)) & (ConfigurationReplica.BUCKETS - 1);
  }

  List<Long> sums() {
    List<Long> sums = new ArrayList<>(ConfigurationReplica.BUCKETS);
    for (long[] page : pages) {
      for (long sum : page) {
        sums.add(sum);
      }
    }
    return sums;
  }

  Builder toBuilder() {
    return new Builder(pages);
  }

  private static long key(EntityType type, String id) {
    return ((long) type.label().hashCode() << 32) ^ id.hashCode();
  }

  private static long hash(EntityType type, String id, Version version) {
    return mix(mix(key(type, id)) ^ mix(version.time()) ^ version.node().hashCode());
  }

  /** The finisher of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Replaces versions. For one thread. */
  static final class Builder {
    private final long[][] pages;
    private final boolean[] own;

    private Builder(long[][] pages) {
      this.pages = pages.clone();
      this.own = new boolean[pages.length];
    }

    /**
     * Replaces the version of an entity.
     *
     * @param before what it was; {@code null} for none
     */
    void replace(EntityType type, String id, Version before, Version after) {
      int bucket = bucket(type, id);
      int page = bucket / PAGE;
      if (!own[page]) {
        pages[page] = pages[page].clone();
        own[page] = true;
      }
      long gone = before == null ? 0 : hash(type, id, before);
      pages[page][bucket % PAGE] += hash(type, id, after) - gone;
    }

    /** The digest as it is now; further changes leave it alone. */
    VersionDigest build() {
      Arrays.fill(own, false);
      return new VersionDigest(pages.clone());
    }
  }
}
