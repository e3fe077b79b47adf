package bifrost.sync.membership.simulation;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** A clock that jumps from event to event; one thread, no waiting. */
public final class VirtualTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long number;

  public long now() {
    return now;
  }

  /** Runs an action at a time; the result calls it off. */
  public Event at(long time, Runnable action) {
    Event event = new Event(Math.max(now, time), number++, action);
    events.add(event);
    return event;
  }

  /** Runs all events up to a time. */
  public void runUntil(long time) {
    while (!events.isEmpty() && events.peek().time <= time) {
      step();
    }
    now = time;
  }

  /** Runs until a condition holds, looking every 100 ms; tells whether it came to hold. */
  public boolean runUntil(BooleanSupplier condition, long limit) {
    while (!condition.getAsBoolean()) {
      if (now >= limit) {
        return false;
      }
      runUntil(Math.min(limit, now + 100_000_000L));
    }
    return true;
  }

  private void step() {
    Event event = events.poll();
    now = event.time;
    if (!event.cancelled) {
      event.action.run();
    }
  }

  /** Something that will happen. */
  public static final class Event implements Comparable<Event> {
    private final long time;
    private final long number;
    private final Runnable action;
    private boolean cancelled;

    private Event(long time, long number, Runnable action) {
      this.time = time;
      this.number = number;
      this.action = action;
    }

    public void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}
