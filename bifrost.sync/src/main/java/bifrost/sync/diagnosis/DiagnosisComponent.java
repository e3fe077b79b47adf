package bifrost.sync.diagnosis;

import bifrost.api.cluster.Diagnosis;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Finding;
import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.Replication;
import bifrost.api.metrics.MetricSource;
import bifrost.sync.diagnosis.probe.Mailbox;
import bifrost.sync.diagnosis.probe.PeerTrust;
import bifrost.sync.diagnosis.probe.PortTests;
import bifrost.sync.diagnosis.probe.ReplicationPort;
import bifrost.sync.diagnosis.rules.FindingLog;
import bifrost.sync.diagnosis.rules.Observation;
import bifrost.sync.diagnosis.rules.Reachability;
import bifrost.sync.diagnosis.rules.Rules;
import bifrost.sync.membership.MeshInspection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the cluster every few seconds, and tests the other members' ports in rounds, each on a
 * thread of its own. One WARN for each finding that appears, one INFO when it ends.
 */
@Component(
    service = {Diagnosis.class, MetricSource.class},
    immediate = true,
    configurationPid = DiagnosisConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DiagnosisConfig.class)
public final class DiagnosisComponent implements Diagnosis, MetricSource {
  private static final Logger LOG = LoggerFactory.getLogger(DiagnosisComponent.class);
  private static final int MAX_TESTS = 4_096;
  private static final Duration END = Duration.ofSeconds(5);

  private final DiagnosisSettings settings;
  private final Membership membership;
  private final MeshInspection mesh;
  private final Clock clock = Clock.systemUTC();
  private final PortTests tests;
  private final FindingLog log;
  private final List<Thread> threads = new ArrayList<>();

  @Reference(
      name = "replication",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile Replication replication;

  private volatile Optional<Instant> tested = Optional.empty();
  private volatile Report report;

  /** Starts to look. */
  @Activate
  public DiagnosisComponent(
      DiagnosisConfig config,
      @Reference(name = "membership") Membership membership,
      @Reference(name = "mesh") MeshInspection mesh,
      @Reference(name = "mailbox") Mailbox mailbox) {
    this(DiagnosisSettings.from(config), PortTests.Limits.DEFAULT, membership, mesh, mailbox);
  }

  /** With settings and times that a configuration cannot have. */
  DiagnosisComponent(
      DiagnosisSettings settings,
      PortTests.Limits limits,
      Membership membership,
      MeshInspection mesh,
      Mailbox mailbox) {
    this.settings = settings;
    this.membership = membership;
    this.mesh = mesh;
    this.log = new FindingLog(settings.hold());
    this.tests =
        new PortTests(
            membership,
            mesh,
            mailbox,
            new ReplicationPort(
                Optional.of(settings.ca()).filter(ca -> !ca.isEmpty()).map(PeerTrust::new)),
            settings.testInterval(),
            limits,
            clock,
            this::serviceNames);
    this.report = report(List.of(), new Reachability(Map.of()));
    threads.add(Thread.ofVirtual().name("bifrost-diagnosis").start(this::look));
    if (!settings.testInterval().isZero()) {
      threads.add(Thread.ofVirtual().name("bifrost-diagnosis-tests").start(this::test));
    }
  }

  @Deactivate
  void close() {
    tests.close();
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Report report() {
    return report;
  }

  @Override
  public void collect(Sink sink) {
    Map<String, List<Finding>> kinds =
        report.findings().stream()
            .collect(
                Collectors.groupingBy(
                    finding -> finding.id() + " " + finding.severity(),
                    TreeMap::new,
                    Collectors.toList()));
    for (List<Finding> findings : kinds.values()) {
      sink.gauge(
          "bifrost_cluster_finding",
          "What is wrong with the cluster as this node sees it, by kind.",
          Map.of(
              "id",
              findings.getFirst().id(),
              "severity",
              findings.getFirst().severity().name().toLowerCase(Locale.ROOT)),
          findings.size());
    }
    for (Finding.Severity severity : Finding.Severity.values()) {
      sink.gauge(
          "bifrost_cluster_findings",
          "How many things are wrong with the cluster as this node sees it.",
          Map.of("severity", severity.name().toLowerCase(Locale.ROOT)),
          report.findings().stream().filter(finding -> finding.severity() == severity).count());
    }
  }

  private void look() {
    try {
      while (true) {
        Thread.sleep(settings.look());
        try {
          examine();
        } catch (RuntimeException e) {
          LOG.error("the cluster could not be examined", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void examine() {
    Observation observation = observe();
    FindingLog.Changes changes = log.update(observation.at(), uptime(), Rules.examine(observation));
    report = report(log.findings(), observation.ports());
    for (Finding finding : changes.appeared()) {
      LOG.warn("{}: {} ({}) {}", name(finding), finding.cause(), finding.evidence(), finding.fix());
    }
    for (Finding finding : changes.ended()) {
      LOG.info(
          "{}: over; it was there since {}",
          name(finding),
          finding.since().truncatedTo(ChronoUnit.SECONDS));
    }
  }

  /** Since some moment, by a clock that nobody sets: a clock that is set must not age symptoms. */
  private static Duration uptime() {
    return Duration.ofNanos(System.nanoTime());
  }

  private static String name(Finding finding) {
    return finding.subject().isEmpty()
        ? finding.id()
        : finding.id() + " [" + finding.subject() + "]";
  }

  private Observation observe() {
    MeshInspection.Self self = mesh.self();
    Replication sync = replication;
    return new Observation(
        clock.instant(),
        new Observation.Local(
            membership.view().localId(),
            membership.view().local().region(),
            self.advertised(),
            self.encrypted(),
            self.peers(),
            settings.expectedRegions(),
            settings.discoveryType(),
            settings.hold()),
        membership.discoveries(),
        membership.view(),
        mesh.unreached(),
        mesh.strangers(),
        mesh.conflicts(),
        tests.reachability(),
        tests.services(),
        tests.clocks(),
        Optional.ofNullable(sync)
            .map(
                running ->
                    running.state().members().stream()
                        .collect(
                            Collectors.toMap(
                                MemberSync::node, Function.identity(), (one, other) -> other))));
  }

  private Report report(List<Finding> findings, Reachability ports) {
    List<PortTest> results = new ArrayList<>();
    ports
        .seen()
        .forEach(
            (route, seen) -> {
              for (Port port : Port.values()) {
                Reachability.Result result = seen.of(port);
                if (result.outcome() != Outcome.UNKNOWN && results.size() < MAX_TESTS) {
                  results.add(
                      new PortTest(
                          route.from(), route.to(), port, result.outcome(), result.failures()));
                }
              }
            });
    results.sort(
        java.util.Comparator.comparing(PortTest::from)
            .thenComparing(PortTest::to)
            .thenComparing(PortTest::port));
    return new Report(
        membership.view().localId(),
        membership.view().local().region(),
        clock.instant(),
        tested,
        findings,
        results);
  }

  private void test() {
    try {
      Thread.sleep(settings.testInterval().dividedBy(4));
      while (true) {
        try {
          tests.round();
          tested = Optional.of(clock.instant());
        } catch (RuntimeException e) {
          LOG.error("the ports of the other members could not be tested", e);
        }
        // Rounds of several nodes drift apart, so that nobody is tested by all at once.
        double jitter = 0.9 + ThreadLocalRandom.current().nextDouble() / 5;
        Thread.sleep(Duration.ofMillis((long) (settings.testInterval().toMillis() * jitter)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Discovery method to the service name that this node looks under. */
  private Map<String, String> serviceNames() {
    return membership.discoveries().stream()
        .collect(
            Collectors.toMap(
                DiscoveryState::method, DiscoveryState::serviceName, (one, other) -> one));
  }
}
