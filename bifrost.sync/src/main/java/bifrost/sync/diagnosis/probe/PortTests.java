package bifrost.sync.diagnosis.probe;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.Membership.Delivery;
import bifrost.sync.diagnosis.rules.Observation.ClockOffset;
import bifrost.sync.diagnosis.rules.Reachability;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import bifrost.sync.membership.MeshInspection;
import bifrost.sync.membership.transport.Transport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tests the ports of the present members in rounds and tells all members what came of it. A round
 * takes at most {@link #MAX_PEERS} members, four at once, and a few seconds for each.
 */
public final class PortTests implements AutoCloseable {
  /** The most members that are tested in a round. */
  static final int MAX_PEERS = 64;

  private static final int AT_ONCE = 4;
  private static final int PACKETS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int CLOCK_ANSWERS_PER_SECOND = 64;
  private static final int MAX_QUESTIONS = 256;

  /**
   * How long an answer may take.
   *
   * @param packet to one packet
   * @param stream to a question by stream, and to a connection
   */
  public record Limits(Duration packet, Duration stream) {
    /** For any network. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(1), Duration.ofSeconds(3));
  }

  private final Membership membership;
  private final MeshInspection mesh;
  private final Mailbox mailbox;
  private final Limits limits;
  private final ReplicationPort replication;
  private final Clock clock;
  private final Supplier<Map<String, String>> services;
  private final String self;
  private final ResultBoard board;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final Map<Long, Question> questions = new ConcurrentHashMap<>();
  private final AtomicInteger clockAnswers = new AtomicInteger();
  private volatile long clockSecond;

  /**
   * Takes messages from now on.
   *
   * @param interval between rounds
   * @param limits for the answers
   * @param services discovery method to the service name that this node looks under
   */
  public PortTests(
      Membership membership,
      MeshInspection mesh,
      Mailbox mailbox,
      ReplicationPort replication,
      Duration interval,
      Limits limits,
      Clock clock,
      Supplier<Map<String, String>> services) {
    this.membership = membership;
    this.mesh = mesh;
    this.mailbox = mailbox;
    this.replication = replication;
    this.limits = limits;
    this.clock = clock;
    this.services = services;
    this.self = membership.view().localId();
    this.board = new ResultBoard(self, interval, clock);
    mailbox.read(this::received);
  }

  /** Tests the members of now, once; blocks. */
  public void round() throws InterruptedException {
    List<Member> peers = new ArrayList<>(membership.view().peers());
    board.keep(peers.stream().map(Member::id).collect(Collectors.toSet()));
    questions.clear();
    Collections.shuffle(peers, ThreadLocalRandom.current());
    List<Thread> tests = new ArrayList<>();
    for (Member peer : peers.subList(0, Math.min(MAX_PEERS, peers.size()))) {
      tests.add(Thread.ofVirtual().name("bifrost-diagnosis-test").start(() -> test(peer)));
    }
    for (Thread test : tests) {
      test.join();
    }
    tell(peers);
  }

  /** How the members' ports look from each other. */
  public Reachability reachability() {
    return board.reachability();
  }

  /** Member to its service names by discovery method, this node among them. */
  public Map<String, Map<String, String>> services() {
    Map<String, Map<String, String>> all = new HashMap<>(board.services());
    all.put(self, services.get());
    return all;
  }

  /** Member to the difference of its clock. */
  public Map<String, ClockOffset> clocks() {
    return board.clocks();
  }

  @Override
  public void close() {
    mailbox.ignore();
  }

  private void test(Member peer) {
    try {
      turns.acquire();
      try {
        Result tcp = result(ping(peer, true, limits.stream()));
        Result udp = packets(peer);
        Result link = replication(peer);
        board.tested(peer.id(), tcp, udp, link);
        ask(peer, udp.outcome() == Outcome.OPEN ? Delivery.BEST_EFFORT : Delivery.RELIABLE);
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Pings by packet; one answer is enough, as single packets get lost. */
  private Result packets(Member peer) throws InterruptedException {
    byte[] knock = DoctorCodec.encode(new DoctorMessage.Knock(self));
    String cause = "";
    for (int i = 0; i < PACKETS; i++) {
      membership.send(peer.id(), DoctorMessage.TOPIC, knock, Delivery.BEST_EFFORT);
      cause = ping(peer, false, limits.packet());
      if (cause.isEmpty()) {
        break;
      }
    }
    return result(cause);
  }

  private Result replication(Member peer) {
    String address = peer.info().grpcAddress();
    Outcome outcome =
        address.isEmpty() ? Outcome.UNKNOWN : replication.test(address, limits.stream());
    boolean failed = outcome != Outcome.OPEN && outcome != Outcome.UNKNOWN;
    return new Result(outcome, failed ? 1 : 0);
  }

  private String ping(Member peer, boolean stream, Duration limit) throws InterruptedException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    mesh.ping(peer.address(), peer.id(), stream, limit, outcome::complete);
    try {
      return outcome.get(limit.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return "the test did not end";
    }
  }

  private static Result result(String cause) {
    if (cause.isEmpty()) {
      return new Result(Outcome.OPEN, 0);
    }
    boolean silent = cause.contains(Transport.CLOSED_SILENTLY);
    return new Result(silent ? Outcome.SILENT : Outcome.CLOSED, 1);
  }

  private void ask(Member peer, Delivery delivery) {
    if (questions.size() >= MAX_QUESTIONS) {
      return;
    }
    long nonce = ThreadLocalRandom.current().nextLong();
    questions.put(nonce, new Question(peer.id(), clock.instant(), System.nanoTime()));
    send(peer.id(), new DoctorMessage.ClockQuestion(self, nonce), delivery);
  }

  /** All of it by stream, and what concerns the receiver by packet too: one of them may be open. */
  private void tell(List<Member> peers) {
    Map<String, Seen> own = board.own();
    Map<String, String> names = services.get();
    for (Member peer : peers) {
      send(peer.id(), new DoctorMessage.Results(self, true, own, names), Delivery.RELIABLE);
      Optional<Seen> its = Optional.ofNullable(own.get(peer.id()));
      its.ifPresent(
          seen ->
              send(
                  peer.id(),
                  new DoctorMessage.Results(self, false, Map.of(peer.id(), seen), names),
                  Delivery.BEST_EFFORT));
    }
  }

  private void send(String to, DoctorMessage message, Delivery delivery) {
    membership.send(to, DoctorMessage.TOPIC, DoctorCodec.encode(message), delivery);
  }

  private void received(DoctorMessage message) {
    boolean known =
        membership.view().peers().stream().anyMatch(peer -> peer.id().equals(message.from()));
    if (!known) {
      return;
    }
    switch (message) {
      case DoctorMessage.Knock m -> board.knocked(m.from());
      case DoctorMessage.ClockQuestion m -> answer(m);
      case DoctorMessage.ClockAnswer m -> compare(m);
      case DoctorMessage.Results m -> board.reported(m);
    }
  }

  private void answer(DoctorMessage.ClockQuestion question) {
    Instant now = clock.instant();
    if (now.getEpochSecond() != clockSecond) {
      clockSecond = now.getEpochSecond();
      clockAnswers.set(0);
    }
    if (clockAnswers.incrementAndGet() > CLOCK_ANSWERS_PER_SECOND) {
      return;
    }
    DoctorMessage answer =
        new DoctorMessage.ClockAnswer(self, question.nonce(), now.toEpochMilli());
    Outcome back = board.reachability().direction(self, question.from());
    send(question.from(), answer, back == Outcome.OPEN ? Delivery.BEST_EFFORT : Delivery.RELIABLE);
  }

  private void compare(DoctorMessage.ClockAnswer answer) {
    Question question = questions.remove(answer.nonce());
    if (question == null || !question.member().equals(answer.from())) {
      return;
    }
    Duration half = Duration.ofNanos((System.nanoTime() - question.nanos()) / 2);
    Instant expected = question.at().plus(half);
    board.clock(
        answer.from(),
        new ClockOffset(Duration.between(expected, Instant.ofEpochMilli(answer.millis())), half));
  }

  private record Question(String member, Instant at, long nanos) {}
}
