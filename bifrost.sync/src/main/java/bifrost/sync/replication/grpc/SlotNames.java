package bifrost.sync.replication.grpc;

import bifrost.api.ledger.Slot;
import bifrost.sync.replication.grpc.v1.Wire;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers that counters' windows and writers have on one direction of a link, so that each is
 * named once. One side is {@link Given}, the other {@link Taken}; the bound is on both.
 */
final class SlotNames {
  /** The most windows, and the most writers, that have a number at one time. */
  static final int MAX_NAMES = 65_536;

  private SlotNames() {}

  private record Window(String counter, long start, long end) {}

  private record Author(String node, long epoch) {}

  /** The sender's side. */
  static final class Given {
    private final int limit;
    private final Map<Window, Integer> windows = new HashMap<>();
    private final Map<Author, Integer> writers = new HashMap<>();

    Given(int limit) {
      this.limit = limit;
    }

    Wire.Slots encode(List<Slot> slots) {
      Wire.Slots.Builder out = Wire.Slots.newBuilder();
      if (windows.size() + slots.size() > limit || writers.size() + slots.size() > limit) {
        windows.clear();
        writers.clear();
        out.setAfresh(true);
      }
      for (Slot slot : slots) {
        out.addWindow(window(slot, out));
        out.addWriter(writer(slot, out));
        out.addValue(slot.value());
      }
      return out.build();
    }

    private int window(Slot slot, Wire.Slots.Builder out) {
      Window window = new Window(slot.counter(), slot.windowMillis(), slot.endMillis());
      Integer known = windows.putIfAbsent(window, windows.size());
      if (known != null) {
        return known;
      }
      out.addWindowsBuilder()
          .setCounter(window.counter)
          .setWindow(window.start)
          .setLength(window.end - window.start);
      return windows.size() - 1;
    }

    private int writer(Slot slot, Wire.Slots.Builder out) {
      Author author = new Author(slot.node(), slot.epoch());
      Integer known = writers.putIfAbsent(author, writers.size());
      if (known != null) {
        return known;
      }
      out.addWritersBuilder().setNode(author.node).setEpoch(author.epoch);
      return writers.size() - 1;
    }
  }

  /** The receiver's side. */
  static final class Taken {
    private final int limit;
    private final List<Window> windows = new ArrayList<>();
    private final List<Author> writers = new ArrayList<>();

    Taken(int limit) {
      this.limit = limit;
    }

    /** Refuses what is out of bounds with an {@code IllegalArgumentException}. */
    List<Slot> decode(Wire.Slots in) {
      if (in.getAfresh()) {
        windows.clear();
        writers.clear();
      }
      in.getWindowsList()
          .forEach(w -> windows.add(new Window(w.getCounter(), w.getWindow(), end(w))));
      in.getWritersList().forEach(w -> writers.add(new Author(w.getNode(), w.getEpoch())));
      if (windows.size() > limit || writers.size() > limit) {
        throw new IllegalArgumentException("slots name more than " + limit + " counters");
      }
      int count = in.getValueCount();
      if (in.getWindowCount() != count || in.getWriterCount() != count) {
        throw new IllegalArgumentException("slots have lists of different lengths");
      }
      List<Slot> slots = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Window window = named("window", windows, in.getWindow(i));
        Author writer = named("writer", writers, in.getWriter(i));
        slots.add(
            new Slot(
                window.counter,
                window.start,
                window.end,
                writer.node,
                writer.epoch,
                in.getValue(i)));
      }
      return slots;
    }

    private static long end(Wire.CounterWindow window) {
      try {
        return Math.addExact(window.getWindow(), window.getLength());
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("slots have a window that does not end", e);
      }
    }

    private static <T> T named(String what, List<T> names, int number) {
      if (number < 0 || number >= names.size()) {
        throw new IllegalArgumentException(
            "slots use %s %d and %d were named".formatted(what, number, names.size()));
      }
      return names.get(number);
    }
  }
}
