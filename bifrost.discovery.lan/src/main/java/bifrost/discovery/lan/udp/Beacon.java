package bifrost.discovery.lan.udp;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a node says of itself in a datagram: {@code "BFB1"}, whether it leaves, its session, service
 * name, node id, region, host and port, whether it is signed, and the signature of all that.
 *
 * @param leaves whether the node says that it goes
 * @param session the session that sends it; of two sessions of a node the greater is the newer
 * @param serviceName the cluster's name
 * @param node the node
 */
record Beacon(boolean leaves, long session, String serviceName, Announcement node) {
  /** The largest datagram. */
  static final int MAX_BYTES = 512;

  private static final int MAGIC = 0x42464231;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}");

  /** What a datagram turned out to be. */
  sealed interface Read {
    /** A beacon whose signature is right. */
    record Heard(Beacon beacon) implements Read {}

    /** A beacon of some service that cannot be used. */
    record Unusable(String serviceName, String why) implements Read {}

    /** Something else that is sent to the same port. */
    record Noise() implements Read {}
  }

  byte[] encode(Signature signature) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(MAX_BYTES);
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(MAGIC);
      out.writeBoolean(leaves);
      out.writeLong(session);
      out.writeUTF(serviceName);
      out.writeUTF(node.nodeId());
      out.writeUTF(node.region());
      out.writeUTF(node.host());
      out.writeShort(node.port());
      out.writeBoolean(signature.isUsed());
      if (signature.isUsed()) {
        out.write(signature.sign(bytes.toByteArray(), bytes.size()));
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Read read(byte[] datagram, Signature signature) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(datagram));
    String serviceName = "";
    try {
      if (in.readInt() != MAGIC) {
        return new Read.Noise();
      }
      boolean leaves = in.readBoolean();
      long session = in.readLong();
      serviceName = name(in.readUTF());
      Announcement node =
          new Announcement(
              name(in.readUTF()), name(in.readUTF()), host(in.readUTF()), in.readUnsignedShort());
      boolean signed = in.readBoolean();
      int length = datagram.length - in.available();
      byte[] rest = Arrays.copyOfRange(datagram, length, datagram.length);
      if (node.port() == 0 || rest.length != (signed ? Signature.BYTES : 0)) {
        return new Read.Unusable(serviceName, "a beacon is malformed");
      }
      String wrong = wrong(signed, datagram, length, rest, signature);
      return wrong.isEmpty()
          ? new Read.Heard(new Beacon(leaves, session, serviceName, node))
          : new Read.Unusable(serviceName, "a beacon of '" + node.nodeId() + "' " + wrong);
    } catch (IOException e) {
      return serviceName.isEmpty()
          ? new Read.Noise()
          : new Read.Unusable(serviceName, "a beacon is malformed");
    }
  }

  /** The node as a candidate. */
  Candidate candidate() {
    return new Candidate(
        node.host(), node.port(), Optional.of(node.nodeId()), Optional.of(node.region()));
  }

  private static String wrong(
      boolean signed, byte[] datagram, int length, byte[] rest, Signature signature) {
    if (signed && !signature.isUsed()) {
      return "is signed, but this node has no key: set gossip.secret_keys";
    }
    if (!signed && signature.isUsed()) {
      return "is not signed: that node has no gossip.secret_keys";
    }
    return signed && !signature.verifies(datagram, length, rest)
        ? "is signed with another key: compare gossip.secret_keys"
        : "";
  }

  private static String name(String text) throws IOException {
    if (!NAME.matcher(text).matches()) {
      throw new IOException("no name");
    }
    return text;
  }

  private static String host(String text) throws IOException {
    if (!HOST.matcher(text).matches()) {
      throw new IOException("no host");
    }
    return text;
  }
}
