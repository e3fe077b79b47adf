package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import bifrost.sync.membership.wire.Keyring;
import bifrost.sync.membership.wire.Label;
import bifrost.sync.membership.wire.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Whether the configured peers can be reached from here, and understand this node. */
final class PeerCheck {
  private static final int MAX_PEERS = 64;
  private static final int GOSSIP = 10101;

  private PeerCheck() {}

  static Collection<Symptom> check(MeshProperties membership, Duration limit)
      throws IOException, InterruptedException {
    List<Candidate> peers =
        membership.addresses("peers", GOSSIP).stream().limit(MAX_PEERS).toList();
    List<Symptom> symptoms = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try (OfflinePinger pinger = new OfflinePinger(security(membership), limit)) {
      List<Callable<Optional<Symptom>>> checks = new ArrayList<>();
      peers.forEach(peer -> checks.add(() -> check(peer, pinger, limit)));
      List<Future<Optional<Symptom>>> running =
          threads.invokeAll(
              checks, limit.multipliedBy(3).dividedBy(2).toMillis(), TimeUnit.MILLISECONDS);
      for (int i = 0; i < peers.size(); i++) {
        outcome(peers.get(i), running.get(i)).ifPresent(symptoms::add);
      }
    } finally {
      threads.shutdownNow();
    }
    return symptoms;
  }

  private static Optional<Symptom> outcome(Candidate peer, Future<Optional<Symptom>> check)
      throws InterruptedException {
    try {
      return check.get();
    } catch (CancellationException e) {
      return Optional.of(unresolved(peer, "this host's resolver does not answer in time"));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Symptom unresolved(Candidate peer, String evidence) {
    return Symptom.of(
        Fault.PEER_UNREACHABLE,
        peer.address(),
        "The name of the configured peer %s cannot be resolved.".formatted(peer.address()),
        evidence,
        "Mend the name in cluster_config.peers, or this host's resolver.");
  }

  private static Optional<Symptom> check(Candidate peer, OfflinePinger pinger, Duration limit)
      throws InterruptedException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(peer.host());
    } catch (UnknownHostException e) {
      return Optional.of(
          unresolved(peer, "this host's resolver knows no address of " + peer.host()));
    }
    InetSocketAddress to = new InetSocketAddress(addresses[0], peer.port());
    OfflinePinger.Answer stream = pinger.byStream(to, limit.dividedBy(2));
    return switch (stream.outcome()) {
      case OPEN ->
          pinger.byPacket(to, limit.dividedBy(2)) == Outcome.OPEN
              ? Optional.empty()
              : Optional.of(udp(peer));
      case SILENT -> Optional.of(silent(peer, stream.cause()));
      default ->
          Optional.of(
              Symptom.of(
                  Fault.PEER_UNREACHABLE,
                  peer.address(),
                  "The configured peer at %s cannot be reached.".formatted(peer.address()),
                  stream.cause(),
                  "Start the node there, and open TCP and UDP of its gossip port from this host."));
    };
  }

  private static Symptom udp(Candidate peer) {
    return Symptom.of(
        Fault.PORT_CLOSED,
        "gossip UDP -> " + peer.address(),
        "gossip UDP port %d is closed between this host and %s."
            .formatted(peer.port(), peer.host()),
        "%s answers by TCP; three pings by UDP were not answered".formatted(peer.address()),
        "Allow UDP to port %d in both directions, and the answers back.".formatted(peer.port()));
  }

  private static Symptom silent(Candidate peer, String cause) {
    return Symptom.of(
        Fault.GOSSIP_KEY,
        peer.address(),
        "The node at %s uses another gossip key or label than this file.".formatted(peer.address()),
        cause,
        "Set the same cluster_config.gossip.secret_keys and label on every node.");
  }

  private static Security security(MeshProperties membership) {
    Keyring keys = Keyring.EMPTY;
    for (String key : membership.texts("secret_keys")) {
      keys = keys.add(Base64.getDecoder().decode(key.trim()));
    }
    return new Security(new Label(membership.text("label")), keys);
  }
}
