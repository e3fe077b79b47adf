package bifrost.sync.replication.tls;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.tls.ChainCheck.Use;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's certificate and CA. {@link #refresh} reads changed files; new handshakes use them,
 * and links that exist can be held against them. Files that cannot be used change nothing and are
 * named once. Safe for any thread.
 */
public final class NodeTls {
  private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);
  private static final Duration WARN_BEFORE = Duration.ofDays(7);

  private final TlsSettings settings;
  private final Clock clock;
  private final ChainCheck check;
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile TlsIdentity identity;
  private String fault = "";
  private boolean warnedBefore;
  private boolean warnedAfter;

  /**
   * Reads the files.
   *
   * @throws InvalidConfigException when they cannot be used
   */
  public NodeTls(TlsSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.check = new ChainCheck(clock);
    this.identity = TlsIdentity.load(settings);
    announce("uses");
  }

  /** Shows this node's certificate. */
  public X509ExtendedKeyManager keyManager() {
    return new PeerKeyManager(() -> identity);
  }

  /** Checks a peer's certificate. */
  public X509ExtendedTrustManager trustManager() {
    return new PeerTrustManager(() -> identity, check);
  }

  /** When this node's own certificate ends. */
  public Instant expires() {
    return identity.expires();
  }

  /** Reads the files again if they changed; does I/O. Returns whether they did. */
  public boolean refresh() {
    refreshing.lock();
    try {
      Optional<TlsIdentity> next = identity.reload(settings);
      if (next.isPresent()) {
        identity = next.get();
        warnedBefore = false;
        warnedAfter = false;
        announce("now uses");
      } else if (!fault.isEmpty()) {
        LOG.info("replication: the files of certificates are again as they were read before");
      }
      fault = "";
      warnOfEnd();
      return next.isPresent();
    } catch (InvalidConfigException e) {
      if (!fault.equals(e.getMessage())) {
        fault = e.getMessage();
        LOG.warn("{}; the certificates read before stay in use", fault);
      }
      return false;
    } finally {
      refreshing.unlock();
    }
  }

  /**
   * Why a peer with this chain may not act as a node, now.
   *
   * @return a line for an operator; empty when it may
   */
  public Optional<String> refusal(String nodeId, List<X509Certificate> chain) {
    try {
      check.check(identity.authorities(), chain.toArray(X509Certificate[]::new), Use.ANY);
    } catch (CertificateException e) {
      return Optional.of(e.getMessage());
    }
    PeerNames names = PeerNames.of(chain.getFirst());
    if (settings.verify() == TlsSettings.Verify.CA || names.holds(nodeId)) {
      return Optional.empty();
    }
    return Optional.of(
        "its certificate %s does not stand for it: it needs URI:bifrost://node/%s or DNS:%s"
            .formatted(names, nodeId, nodeId));
  }

  /**
   * Whether a handshake in which this node has shown some chain would show it now, too.
   *
   * @param shown the chain; {@code null} or empty when it is not known
   */
  public boolean isCurrent(Certificate[] shown) {
    return shown == null || shown.length == 0 || shown[0].equals(identity.certificate());
  }

  private void announce(String uses) {
    LOG.info(
        "replication {} the certificate {} until {}",
        uses,
        PeerNames.of(identity.certificate()),
        identity.expires());
    warnOfEnd();
  }

  private void warnOfEnd() {
    Instant now = clock.instant();
    Instant end = identity.expires();
    if (now.isAfter(end)) {
      if (!warnedAfter) {
        LOG.warn(
            "the certificate in {} ended at {}, no node accepts it: renew it, the file is read"
                + " again when it changes",
            settings.cert(),
            end);
      }
      warnedAfter = true;
    } else if (!warnedBefore && now.plus(WARN_BEFORE).isAfter(end)) {
      warnedBefore = true;
      LOG.warn(
          "the certificate in {} ends at {}: renew it, the file is read again when it changes",
          settings.cert(),
          end);
    }
  }
}
