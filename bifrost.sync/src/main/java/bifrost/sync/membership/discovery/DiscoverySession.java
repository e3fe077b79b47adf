package bifrost.sync.membership.discovery;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.PeerDiscovery;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One discovery service in use: what it is asked, and what it said last. Safe for any thread. */
final class DiscoverySession implements PeerDiscovery.Observer {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoverySession.class);
  private static final int MAX_CANDIDATES = 4_096;
  private static final int MAX_OTHERS = 32;
  private static final int MAX_CAUSE = 500;
  private static final Duration CLOSE = Duration.ofSeconds(6);

  private final PeerDiscovery discovery;
  private final String serviceName;
  private final AddressSpace allowed;
  private final Optional<String> misconfigured;
  private final Clock clock;
  private final Runnable changed;
  private volatile PeerDiscovery.Session session;
  private volatile boolean closed;
  private volatile boolean registered;
  private volatile Set<Candidate> candidates = Set.of();
  private volatile int outside;
  private volatile int outsideNames;
  private volatile int malformed;
  private volatile Set<String> others = Set.of();
  private volatile Optional<Instant> lastFound = Optional.empty();
  private volatile Optional<DiscoveryFailure> failure = Optional.empty();

  /**
   * For a service that is not opened yet.
   *
   * @param properties the service's properties
   * @param changed called when it is registered or the candidates are others; does not block
   */
  DiscoverySession(
      PeerDiscovery discovery, Map<String, Object> properties, Clock clock, Runnable changed) {
    this.discovery = discovery;
    this.clock = clock;
    this.changed = changed;
    this.serviceName =
        properties.get(PeerDiscovery.SERVICE_NAME) instanceof String name ? name : "";
    AddressSpace space = AddressSpace.ALL;
    Optional<String> wrong = Optional.empty();
    try {
      space = AddressSpace.of(texts(properties.get(PeerDiscovery.ALLOWED_ADDRESS_SPACE)));
    } catch (IllegalArgumentException e) {
      wrong = Optional.of("discovery.allowed_address_space: " + e.getMessage());
    }
    this.allowed = space;
    this.misconfigured = wrong;
  }

  /** Starts the service's work; whatever it throws is its failure. */
  void open(Announcement self) {
    if (misconfigured.isPresent()) {
      failed(new DiscoveryFailure(Reason.MISCONFIGURED, misconfigured.get()));
      return;
    }
    try {
      session = discovery.open(self, this);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("discovery {}: cannot be opened", discovery.method(), e);
      failed(new DiscoveryFailure(Reason.MISCONFIGURED, "cannot be opened: " + e));
    }
    if (closed) {
      close();
    }
  }

  String method() {
    return discovery.method();
  }

  /** Whether others can find this node by it. */
  boolean isRegistered() {
    return registered;
  }

  Set<Candidate> candidates() {
    return candidates;
  }

  /** Which of the addresses of a candidate may be used. */
  boolean allows(InetAddress address) {
    return allowed.contains(address)
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress();
  }

  /** Takes how many candidates with names turned out to be elsewhere. */
  void outsideNames(int count) {
    outsideNames = count;
  }

  @Override
  public void registered() {
    boolean first = !registered;
    registered = true;
    if (first && !closed) {
      LOG.info("discovery {}: this node is registered", discovery.method());
      changed.run();
    }
  }

  @Override
  public void found(Set<Candidate> found) {
    if (closed) {
      return;
    }
    if (failure.isPresent()) {
      LOG.info("discovery {}: works again", discovery.method());
    }
    failure = Optional.empty();
    take(found);
  }

  @Override
  public void foundInPart(Set<Candidate> found, DiscoveryFailure partial) {
    if (!closed) {
      fail("works only in part", partial);
      take(found);
    }
  }

  @Override
  public void failed(DiscoveryFailure whole) {
    if (!closed) {
      fail("fails, members that are known stay", whole);
    }
  }

  private void fail(String what, DiscoveryFailure told) {
    String line = told.cause().lines().collect(Collectors.joining(" "));
    line = line.length() > MAX_CAUSE ? line.substring(0, MAX_CAUSE) : line;
    if (failure.isEmpty()) {
      LOG.warn("discovery {}: {}: {}", discovery.method(), what, line);
    }
    failure = Optional.of(new DiscoveryFailure(told.reason(), line));
  }

  private void take(Set<Candidate> found) {
    Set<Candidate> next = new HashSet<>();
    int elsewhere = 0;
    for (Candidate candidate : found) {
      if (!AddressSpace.literal(candidate.host()).map(this::allows).orElse(true)) {
        elsewhere++;
      } else if (next.size() < MAX_CANDIDATES) {
        next.add(candidate);
      }
    }
    if (elsewhere > 0 && outside == 0) {
      LOG.warn(
          "discovery {}: {} candidates are outside allowed_address_space and are not used",
          discovery.method(),
          elsewhere);
    }
    outside = elsewhere;
    lastFound = Optional.of(clock.instant());
    if (!next.equals(candidates)) {
      candidates = Set.copyOf(next);
      changed.run();
    }
  }

  @Override
  public void others(Set<String> serviceNames) {
    others = serviceNames.stream().limit(MAX_OTHERS).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void malformed(int count, String example) {
    if (count > 0 && malformed == 0) {
      LOG.warn(
          "discovery {}: {} entries cannot be read and are not used: {}",
          discovery.method(),
          count,
          example);
    }
    malformed = count;
  }

  DiscoveryState state() {
    return new DiscoveryState(
        discovery.method(),
        discovery.scope(),
        serviceName,
        registered,
        candidates,
        outside + outsideNames,
        malformed,
        others,
        lastFound,
        failure);
  }

  /** Ends the service's work, within a time even if the service does not keep its own. */
  void close() {
    closed = true;
    PeerDiscovery.Session open = session;
    if (open == null) {
      return;
    }
    Thread closing =
        Thread.ofVirtual()
            .name("bifrost-discovery-close")
            .start(
                () -> {
                  try {
                    open.close();
                  } catch (RuntimeException | LinkageError e) {
                    LOG.warn("discovery {}: closing failed", discovery.method(), e);
                  }
                });
    try {
      if (!closing.join(CLOSE)) {
        LOG.warn("discovery {}: does not close, it is left behind", discovery.method());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Collection<String> texts(Object property) {
    return switch (property) {
      case null -> List.of();
      case String[] texts -> List.of(texts);
      case Collection<?> texts -> texts.stream().map(String::valueOf).toList();
      default -> List.of(property.toString().split(","));
    };
  }
}
