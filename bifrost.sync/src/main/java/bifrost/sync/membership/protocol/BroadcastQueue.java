package bifrost.sync.membership.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * News that waits to be spread: each piece is sent a limited number of times, the least sent first,
 * and newer news of a member replaces older.
 */
final class BroadcastQueue {
  private static final int MAX_ITEMS = 8_192;
  private static final Comparator<Item> ORDER =
      Comparator.<Item>comparingInt(item -> item.sent)
          .thenComparingInt(item -> -item.message.length)
          .thenComparingLong(item -> -item.number);

  private final TreeSet<Item> items = new TreeSet<>(ORDER);
  private final Map<String, Item> bySubject = new HashMap<>();
  private long numbers;
  private volatile int size;

  /** How often each piece is sent in a cluster of that size. */
  static int transmitLimit(int mult, int members) {
    return mult * (int) Math.ceil(Math.log10(members + 1.0));
  }

  /** Adds news of a member. */
  void add(String subject, byte[] message) {
    Item item = new Item(subject, message, numbers++);
    Item old = bySubject.put(subject, item);
    if (old != null) {
      items.remove(old);
    }
    items.add(item);
    if (items.size() > MAX_ITEMS) {
      finish(items.pollLast());
    }
    size = items.size();
  }

  /**
   * Takes news for one packet.
   *
   * @param overhead bytes that each piece costs beside its own
   * @param room bytes that are left in the packet
   * @param limit how often each piece is sent
   */
  List<byte[]> take(int overhead, int room, int limit) {
    if (items.isEmpty()) {
      return List.of();
    }
    List<Item> taken = new ArrayList<>();
    int left = room;
    int smallest = overhead + 1;
    for (Item item : items) {
      if (left < smallest) {
        break;
      }
      if (item.message.length + overhead <= left) {
        left -= item.message.length + overhead;
        taken.add(item);
      }
    }
    List<byte[]> messages = new ArrayList<>(taken.size());
    for (Item item : taken) {
      messages.add(item.message);
      items.remove(item);
      item.sent++;
      if (item.sent < limit) {
        items.add(item);
      } else {
        finish(item);
      }
    }
    size = items.size();
    return messages;
  }

  int size() {
    return size;
  }

  private void finish(Item item) {
    bySubject.remove(item.subject, item);
  }

  private static final class Item {
    private final String subject;
    private final byte[] message;
    private final long number;
    private int sent;

    Item(String subject, byte[] message, long number) {
      this.subject = subject;
      this.message = message;
      this.number = number;
    }
  }
}
