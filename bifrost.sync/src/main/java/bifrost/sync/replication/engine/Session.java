package bifrost.sync.replication.engine;

import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.message.SyncMessage.Heartbeat;
import bifrost.sync.replication.message.SyncMessage.Hello;
import bifrost.sync.replication.message.SyncMessage.Subscribe;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What one link has come to. The owner's. */
final class Session {
  /** Answers that wait until the link is ready; a peer that asks for more is cut off. */
  private static final int MOST_ANSWERS = 1_024;

  private final Link link;
  private final long openedNanos;
  private final Deque<Supplier<SyncMessage>> answers = new ArrayDeque<>();
  private Hello hello;
  private long heardNanos;

  /** What the peer wants, and where this node is with it. */
  Subscribe wanted;

  long changesSent;
  long countersSent;
  long progressSent;
  long refusalsSent;
  long marksSentNanos;
  final Map<String, Mark> told = new HashMap<>();

  /** What this node wants of the peer. */
  Subscribe asked;

  int unanswered;
  boolean complete;
  boolean incomplete;

  /** What it sent could not be applied: it is closed, and its marks do not hold. */
  boolean failed;

  /** Heartbeats. */
  long number;

  long echo;
  long echoNanos;
  final Map<Long, Long> sentNanos = new HashMap<>();
  long roundTripNanos = -1;
  long clockOffsetMillis;
  Set<String> carries = Set.of();

  Session(Link link, long nanos) {
    this.link = link;
    this.openedNanos = nanos;
    this.heardNanos = nanos;
  }

  Link link() {
    return link;
  }

  boolean isGreeted() {
    return hello != null;
  }

  void greeted(Hello peer) {
    hello = peer;
  }

  Hello hello() {
    return hello;
  }

  /** The peer's node id; known once it has greeted. */
  String peer() {
    return hello.node();
  }

  /** Whether this node wants anything of the peer. */
  boolean isAsked() {
    return asked != null && !(asked.nodes().isEmpty() && asked.regions().isEmpty());
  }

  boolean can(String capability) {
    return hello.capabilities().contains(capability);
  }

  long openedNanos() {
    return openedNanos;
  }

  void heard(long nanos) {
    heardNanos = nanos;
  }

  long heardNanos() {
    return heardNanos;
  }

  void send(SyncMessage message) {
    link.send(message);
  }

  /**
   * Sends an answer when the link is ready and those before it are gone.
   *
   * @return false when too many wait
   */
  boolean answer(Supplier<SyncMessage> answer) {
    if (answers.size() >= MOST_ANSWERS) {
      return false;
    }
    answers.add(answer);
    pump();
    return true;
  }

  /** Sends what waits, as far as the link is ready. */
  void pump() {
    while (link.isReady() && !answers.isEmpty()) {
      link.send(answers.poll().get());
    }
  }

  boolean hasAnswers() {
    return !answers.isEmpty();
  }

  /** What a heartbeat of the peer tells of the way to it and of its clock. */
  void measure(Heartbeat beat, long nanos, long wallMillis) {
    echo = beat.number();
    echoNanos = nanos;
    carries = beat.carries();
    Long sent = sentNanos.remove(beat.echo());
    if (sent != null) {
      long round = nanos - sent - beat.echoMicros() * 1_000;
      roundTripNanos = Math.max(0, round);
      clockOffsetMillis = beat.wallMillis() + roundTripNanos / 2_000_000 - wallMillis;
      sentNanos.keySet().removeIf(number -> number < beat.echo());
    }
  }

  /** The next heartbeat to send. */
  Heartbeat beat(long nanos, long wallMillis, Set<String> carried) {
    sentNanos.put(++number, nanos);
    if (sentNanos.size() > 64) {
      sentNanos.keySet().removeIf(old -> old < number - 32);
    }
    long age = echo == 0 ? 0 : Math.max(0, (nanos - echoNanos) / 1_000);
    return new Heartbeat(number, wallMillis, echo, age, carried);
  }
}
