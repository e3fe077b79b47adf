package bifrost.sync.membership;

import bifrost.api.cluster.MemberInfo;
import bifrost.api.model.InvalidConfigException;
import bifrost.sync.membership.wire.WireLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A member's metadata in bytes: the version 1, then fields of {@code tag, length, text}. Unknown
 * fields are passed over, so later versions may add some; metadata of anyone else reads as unknown.
 */
final class Metadata {
  /** What is said of a member whose metadata cannot be read. */
  static final MemberInfo UNKNOWN = new MemberInfo(MemberInfo.UNKNOWN_REGION, "", "", "", Set.of());

  private static final int VERSION = 1;
  private static final int REGION = 1;
  private static final int HTTP = 2;
  private static final int GRPC = 3;
  private static final int PRODUCT = 4;
  private static final int CAPABILITY = 5;
  private static final int MAX_FIELD = 255;
  private static final Pattern REGION_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private Metadata() {}

  static byte[] encode(MemberInfo info) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    field(out, REGION, info.region());
    field(out, HTTP, info.httpAddress());
    field(out, GRPC, info.grpcAddress());
    field(out, PRODUCT, info.version());
    info.capabilities().forEach(capability -> field(out, CAPABILITY, capability));
    if (out.size() > WireLimits.META) {
      throw new InvalidConfigException(
          "cluster_config",
          "what this node says of itself takes %d bytes, %d fit; use shorter names or addresses"
              .formatted(out.size(), WireLimits.META));
    }
    return out.toByteArray();
  }

  static MemberInfo decode(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != VERSION) {
      return UNKNOWN;
    }
    String region = MemberInfo.UNKNOWN_REGION;
    String http = "";
    String grpc = "";
    String product = "";
    Set<String> capabilities = new TreeSet<>();
    int position = 1;
    while (position + 2 <= bytes.length) {
      int tag = bytes[position];
      int end = position + 2 + (bytes[position + 1] & 0xff);
      if (end > bytes.length) {
        return UNKNOWN;
      }
      String text = text(bytes, position + 2, end);
      switch (tag) {
        case REGION -> region = REGION_NAME.matcher(text).matches() ? text : region;
        case HTTP -> http = text;
        case GRPC -> grpc = text;
        case PRODUCT -> product = text;
        case CAPABILITY -> capabilities.add(text);
        default -> {
          // of a later version
        }
      }
      position = end;
    }
    return new MemberInfo(region, http, grpc, product, capabilities);
  }

  private static void field(ByteArrayOutputStream out, int tag, String text) {
    if (text.isEmpty()) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_FIELD) {
      throw new InvalidConfigException(
          "cluster_config", "'" + text + "' takes more than " + MAX_FIELD + " bytes");
    }
    out.write(tag);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}
