package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import bifrost.sync.replication.tls.NodeTls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends links whose certificates are not those of now: a file has changed, or a certificate has
 * ended. The engine dials again, and the handshake decides by what holds then. One line names those
 * who are refused, another one says when they are back. For one thread.
 */
final class CertificateWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final int MAX_NAMED = 5;

  private final NodeTls tls;
  private final OpenLinks links;
  private final Refusals refusals;
  private final Predicate<String> isMember;

  /** Members whose links were ended, and that have none since. */
  private final Set<String> missing = new TreeSet<>();

  CertificateWatch(NodeTls tls, OpenLinks links, Refusals refusals, Predicate<String> isMember) {
    this.tls = tls;
    this.links = links;
    this.refusals = refusals;
    this.isMember = isMember;
  }

  /** Reads files that have changed, and holds all links against what they say; does I/O. */
  void check() {
    tls.refresh();
    Map<String, String> refused = new TreeMap<>();
    Set<String> renewed = new TreeSet<>();
    Set<String> linked = new TreeSet<>();
    for (FrameLink link : links.all()) {
      Optional<SSLSession> session = link.session();
      Optional<String> refusal = Peers.refusal(tls, session, link.peer());
      if (refusal.isPresent()) {
        refused.put(link.peer(), refusal.get());
        refusals.refusedAsSaid(Kind.TLS, link.remote(), link.peer());
        end(link, session, "refused: " + refusal.get());
      } else if (!tls.isCurrent(session.map(SSLSession::getLocalCertificates).orElse(null))) {
        renewed.add(link.peer());
        end(link, session, "this node has a new certificate");
      } else {
        linked.add(link.peer());
      }
    }
    tell(refused, renewed, linked);
  }

  /** A handshake that is over is not taken up again by the next link. */
  private static void end(FrameLink link, Optional<SSLSession> session, String reason) {
    session.ifPresent(SSLSession::invalidate);
    link.close(reason);
  }

  private void tell(Map<String, String> refused, Set<String> renewed, Set<String> linked) {
    List<String> back = missing.stream().filter(linked::contains).toList();
    missing.removeIf(peer -> linked.contains(peer) || !isMember.test(peer));
    missing.addAll(refused.keySet());
    if (!refused.isEmpty()) {
      List<String> reasons = new ArrayList<>();
      refused.entrySet().stream()
          .limit(MAX_NAMED)
          .forEach(peer -> reasons.add("'" + peer.getKey() + "': " + peer.getValue()));
      LOG.warn(
          "replication ends links to {} nodes, whose certificates are not accepted any more: {}{}",
          refused.size(),
          String.join("; ", reasons),
          refused.size() > MAX_NAMED ? "; and others" : "");
    }
    if (!renewed.isEmpty()) {
      LOG.info("replication opens links to {} nodes again, with a new certificate", renewed.size());
    }
    if (!back.isEmpty()) {
      LOG.info(
          "replication is linked again to {}{}",
          String.join(", ", back),
          missing.isEmpty() ? "" : "; still without: " + String.join(", ", missing));
    }
  }
}
