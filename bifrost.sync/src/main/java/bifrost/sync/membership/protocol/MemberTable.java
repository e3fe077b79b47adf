package bifrost.sync.membership.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * All members by name, and the order in which they are probed: round robin in a random order that
 * is drawn anew after each round, so that every member is probed within two rounds.
 */
final class MemberTable {
  private final Random random;
  private final MemberEntry local;
  private final Map<String, MemberEntry> byName = new HashMap<>();
  private final List<MemberEntry> order = new ArrayList<>();
  private int next;
  private int present;

  MemberTable(MemberEntry local, Random random) {
    this.local = local;
    this.random = random;
    byName.put(local.name, local);
    order.add(local);
  }

  MemberEntry local() {
    return local;
  }

  MemberEntry get(String name) {
    return byName.get(name);
  }

  Collection<MemberEntry> all() {
    return order;
  }

  int size() {
    return order.size();
  }

  /** How many are alive or suspect, this node among them. */
  int present() {
    return Math.max(1, present);
  }

  /** Counts again who is present; after each change of a state. */
  void recount() {
    present = 0;
    for (MemberEntry entry : order) {
      present += entry.isPresent() ? 1 : 0;
    }
  }

  /** Adds a member at a random place of the probing order. */
  void add(MemberEntry entry) {
    byName.put(entry.name, entry);
    order.add(entry);
    Collections.swap(order, order.size() - 1, random.nextInt(order.size()));
  }

  void removeAll(Collection<MemberEntry> gone) {
    if (!gone.isEmpty()) {
      gone.forEach(entry -> byName.remove(entry.name));
      order.removeAll(gone);
    }
  }

  /** The next one to probe, or {@code null} when there is nobody. */
  MemberEntry nextToProbe() {
    for (int tried = 0; tried <= order.size(); tried++) {
      if (next >= order.size()) {
        next = 0;
        Collections.shuffle(order, random);
      }
      MemberEntry entry = order.get(next++);
      if (entry != local && entry.isPresent()) {
        return entry;
      }
    }
    return null;
  }

  /** Some members at random that fit, never this node. */
  List<MemberEntry> pick(int count, Predicate<MemberEntry> fits) {
    List<MemberEntry> picked = new ArrayList<>(count);
    int size = order.size();
    for (int tries = 3 * size; tries > 0 && picked.size() < count; tries--) {
      MemberEntry entry = order.get(random.nextInt(size));
      if (entry != local && !picked.contains(entry) && fits.test(entry)) {
        picked.add(entry);
      }
    }
    return picked;
  }
}
