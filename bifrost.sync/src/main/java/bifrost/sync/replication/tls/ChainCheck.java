package bifrost.sync.replication.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a peer's chain leads to the CA now, and if not, why in one line. */
final class ChainCheck {
  private static final int MAX_CHAIN = 8;
  private static final String ANY_USE = "2.5.29.37.0";

  /** What a certificate is used for. */
  enum Use {
    SERVER("serverAuth", "1.3.6.1.5.5.7.3.1"),
    CLIENT("clientAuth", "1.3.6.1.5.5.7.3.2"),
    /** Checked when the link began. */
    ANY("", "");

    private final String label;
    private final String oid;

    Use(String label, String oid) {
      this.label = label;
      this.oid = oid;
    }
  }

  private final Clock clock;

  ChainCheck(Clock clock) {
    this.clock = clock;
  }

  /** Refuses a chain by an exception whose message is for an operator. */
  void check(List<X509Certificate> authorities, X509Certificate[] chain, Use use)
      throws CertificateException {
    if (chain == null || chain.length == 0) {
      throw new CertificateException("showed no certificate");
    }
    if (chain.length > MAX_CHAIN) {
      throw new CertificateException("showed a chain of more than " + MAX_CHAIN);
    }
    Instant now = clock.instant();
    for (X509Certificate certificate : chain) {
      checkTime(certificate, now);
    }
    checkUse(chain[0], use);
    checkPath(authorities, chain, now);
  }

  private static void checkTime(X509Certificate certificate, Instant now)
      throws CertificateException {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isAfter(until)) {
      throw new CertificateException(
          "its certificate %s expired at %s and here it is %s: renew it"
              .formatted(PeerNames.of(certificate), until, now));
    }
    if (now.isBefore(from)) {
      throw new CertificateException(
          "its certificate %s begins at %s and here it is %s: one of the clocks is wrong"
              .formatted(PeerNames.of(certificate), from, now));
    }
  }

  private static void checkUse(X509Certificate certificate, Use use) throws CertificateException {
    List<String> uses = certificate.getExtendedKeyUsage();
    if (use != Use.ANY && uses != null && !uses.contains(use.oid) && !uses.contains(ANY_USE)) {
      throw new CertificateException(
          "its certificate %s may not be used as %s: issue it with extendedKeyUsage serverAuth,clientAuth"
              .formatted(PeerNames.of(certificate), use.label));
    }
  }

  private static void checkPath(
      List<X509Certificate> authorities, X509Certificate[] chain, Instant now)
      throws CertificateException {
    try {
      Set<TrustAnchor> anchors = new HashSet<>();
      authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(chain[0]);
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(chain))));
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      throw new CertificateException(
          "its certificate %s, issued by '%s', does not lead to a certificate in ca (%s): %s"
              .formatted(
                  PeerNames.of(chain[0]),
                  chain[0].getIssuerX500Principal().getName(),
                  authorities.getFirst().getSubjectX500Principal().getName(),
                  cause(e)),
          e);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("its certificate could not be checked: " + e.getMessage(), e);
    }
  }

  private static String cause(CertPathBuilderException e) {
    return e.getCause() == null ? "another CA signed it" : e.getCause().getMessage();
  }
}
