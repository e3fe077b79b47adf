package bifrost.sync.replication.tls;

import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The nodes that a certificate stands for, by its subject alternative names. */
public final class PeerNames {
  private static final int DNS = 2;
  private static final int URI_NAME = 6;
  private static final int MAX_SHOWN = 8;

  private final String subject;
  private final List<String> nodes;
  private final List<String> names;

  private PeerNames(String subject, List<String> nodes, List<String> names) {
    this.subject = subject;
    this.nodes = nodes;
    this.names = names;
  }

  /** Reads a certificate. */
  public static PeerNames of(X509Certificate certificate) {
    List<String> nodes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (List<?> name : alternativeNames(certificate)) {
      if (name.get(0).equals(DNS)) {
        names.add("DNS:" + name.get(1));
        nodes.add(name.get(1).toString());
      } else if (name.get(0).equals(URI_NAME)) {
        names.add("URI:" + name.get(1));
        String node = node(name.get(1).toString());
        if (!node.isEmpty()) {
          nodes.add(node);
        }
      }
    }
    return new PeerNames(certificate.getSubjectX500Principal().getName(), nodes, names);
  }

  /** Whether the certificate stands for a node; names of hosts know no case. */
  public boolean holds(String nodeId) {
    return nodes.stream().anyMatch(nodeId::equalsIgnoreCase);
  }

  /** The subject and the names, as one line. */
  @Override
  public String toString() {
    String listed = String.join(", ", names.subList(0, Math.min(MAX_SHOWN, names.size())));
    return "'%s' (%s)".formatted(subject, listed.isEmpty() ? "no alternative names" : listed);
  }

  private static String node(String text) {
    try {
      URI uri = URI.create(text);
      boolean ours = "bifrost".equals(uri.getScheme()) && "node".equals(uri.getAuthority());
      return ours && uri.getPath().length() > 1 ? uri.getPath().substring(1) : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
