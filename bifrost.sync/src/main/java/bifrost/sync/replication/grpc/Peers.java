package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.v1.ReplicationGrpc;
import bifrost.sync.replication.tls.NodeTls;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What both sides of a call share: the method, its headers, and who is at the other end. */
final class Peers {
  /** The caller's node id. */
  static final Metadata.Key<String> NODE =
      Metadata.Key.of("bifrost-node", Metadata.ASCII_STRING_MARSHALLER);

  /** The node that the caller wants. */
  static final Metadata.Key<String> TO =
      Metadata.Key.of("bifrost-to", Metadata.ASCII_STRING_MARSHALLER);

  /** The method of the contract; frames stay bytes until the link has checked them. */
  static final MethodDescriptor<byte[], byte[]> LINK =
      ReplicationGrpc.getLinkMethod().toBuilder(new Bytes(), new Bytes()).build();

  private Peers() {}

  /** The address of the other end. */
  static SocketAddress remote(Attributes attributes) {
    SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote == null ? InetSocketAddress.createUnresolved("unknown", 0) : remote;
  }

  /** As {@code host:port}, without a look-up. */
  static String address(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = inet.getAddress().getHostAddress();
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
    return String.valueOf(address);
  }

  /** The handshake of a connection; empty without TLS. */
  static Optional<SSLSession> session(Attributes attributes) {
    return Optional.ofNullable(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
  }

  /** Why the other end may not act as a node by its certificate; empty when it may. */
  static Optional<String> refusal(Optional<NodeTls> tls, Attributes attributes, String nodeId) {
    return tls.flatMap(files -> refusal(files, session(attributes), nodeId));
  }

  /** The same of a handshake. */
  static Optional<String> refusal(NodeTls tls, Optional<SSLSession> session, String nodeId) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      if (session.isPresent()) {
        for (Certificate certificate : session.get().getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return Optional.of("it showed no certificate");
    }
    return tls.refusal(nodeId, chain);
  }

  private static final class Bytes implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
