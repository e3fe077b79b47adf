package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerGrpc;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** What a broker and its nodes share: headers, bounds, times. */
final class BrokerCall {
  static final String SERVICE = BrokerGrpc.SERVICE_NAME;

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /** A frame of replication and what is around it. */
  static final int MAX_MESSAGE = (4 << 20) + 4_096;

  static final int MAX_METADATA = 8 << 10;

  /** How many nodes a broker serves. */
  static final int MAX_NODES = 1_024;

  /** How many frames of a link may be on the way without being dealt with. */
  static final int CREDITS = 16;

  static final int ROSTER_SECONDS = 20;

  /** After how much silence a broker is gone. */
  static final int SILENCE_SECONDS = 60;

  private static final String BEARER = "Bearer ";
  private static final int MAX_TEXT = 128;
  private static final int MAX_CAPABILITIES = 64;

  private BrokerCall() {}

  static Metadata headers(String token) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, BEARER + token);
    return headers;
  }

  /** Whether a caller has the token; takes as long for a wrong one as for a right one. */
  static boolean isAuthorized(Metadata headers, byte[] tokenHash) {
    String value = headers.get(AUTHORIZATION);
    return value != null
        && value.startsWith(BEARER)
        && MessageDigest.isEqual(tokenHash, hash(value.substring(BEARER.length())));
  }

  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether what a node says of itself is within bounds. */
  static boolean isValid(Node node) {
    return NODE.matcher(node.getId()).matches()
        && node.getEpoch() > 0
        && !node.getRegion().isEmpty()
        && node.getRegion().length() <= MAX_TEXT
        && node.getHttpAddress().length() <= 2 * MAX_TEXT
        && node.getVersion().length() <= MAX_TEXT
        && node.getCapabilitiesCount() <= MAX_CAPABILITIES
        && node.getCapabilitiesList().stream().allMatch(name -> name.length() <= MAX_TEXT);
  }
}
