package bifrost.sync.diagnosis.probe;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.sync.diagnosis.rules.Reachability.Heard;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Messages in bytes: the version 1, a type, the sender, then fields in a fixed order; text is a
 * length of one byte and UTF-8. A message of another version or type is passed over.
 */
final class DoctorCodec {
  /** The most members in one message. */
  static final int MAX_SEEN = 256;

  /** The most service names in one message. */
  static final int MAX_SERVICES = 8;

  private static final int VERSION = 1;
  private static final int KNOCK = 1;
  private static final int CLOCK_QUESTION = 2;
  private static final int CLOCK_ANSWER = 3;
  private static final int RESULTS = 4;
  private static final int MAX_TEXT = 64;
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Heard[] HEARD = Heard.values();
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private DoctorCodec() {}

  static byte[] encode(DoctorMessage message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      switch (message) {
        case DoctorMessage.Knock m -> start(out, KNOCK, m);
        case DoctorMessage.ClockQuestion m -> {
          start(out, CLOCK_QUESTION, m);
          out.writeLong(m.nonce());
        }
        case DoctorMessage.ClockAnswer m -> {
          start(out, CLOCK_ANSWER, m);
          out.writeLong(m.nonce());
          out.writeLong(m.millis());
        }
        case DoctorMessage.Results m -> {
          start(out, RESULTS, m);
          results(out, m);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads a message; empty for what is malformed, too large or of another version. */
  static Optional<DoctorMessage> decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        return Optional.empty();
      }
      int type = in.readUnsignedByte();
      String from = text(in);
      return switch (type) {
        case KNOCK -> Optional.of(new DoctorMessage.Knock(from));
        case CLOCK_QUESTION -> Optional.of(new DoctorMessage.ClockQuestion(from, in.readLong()));
        case CLOCK_ANSWER ->
            Optional.of(new DoctorMessage.ClockAnswer(from, in.readLong(), in.readLong()));
        case RESULTS -> Optional.of(results(from, in));
        default -> Optional.empty();
      };
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void start(DataOutputStream out, int type, DoctorMessage message)
      throws IOException {
    out.writeByte(type);
    text(out, message.from());
  }

  private static void results(DataOutputStream out, DoctorMessage.Results message)
      throws IOException {
    out.writeBoolean(message.whole());
    out.writeShort(Math.min(MAX_SEEN, message.seen().size()));
    for (Map.Entry<String, Seen> entry : first(message.seen(), MAX_SEEN)) {
      text(out, entry.getKey());
      Seen seen = entry.getValue();
      for (Result result : new Result[] {seen.tcp(), seen.udp(), seen.replication()}) {
        out.writeByte(result.outcome().ordinal());
        out.writeByte(Math.min(255, result.failures()));
      }
      out.writeByte(seen.heard().ordinal());
    }
    out.writeByte(Math.min(MAX_SERVICES, message.services().size()));
    for (Map.Entry<String, String> entry : first(message.services(), MAX_SERVICES)) {
      text(out, entry.getKey());
      text(out, entry.getValue());
    }
  }

  private static <T> Iterable<Map.Entry<String, T>> first(Map<String, T> map, int max) {
    return map.entrySet().stream().limit(max).toList();
  }

  private static DoctorMessage.Results results(String from, DataInputStream in) throws IOException {
    boolean whole = in.readBoolean();
    int count = in.readUnsignedShort();
    if (count > MAX_SEEN) {
      throw new IOException(count + " results");
    }
    Map<String, Seen> seen = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String member = text(in);
      Result tcp = result(in);
      Result udp = result(in);
      Result replication = result(in);
      seen.put(member, new Seen(tcp, udp, replication, constant(HEARD, in)));
    }
    int names = in.readUnsignedByte();
    if (names > MAX_SERVICES) {
      throw new IOException(names + " services");
    }
    Map<String, String> services = new HashMap<>();
    for (int i = 0; i < names; i++) {
      services.put(text(in), text(in));
    }
    return new DoctorMessage.Results(from, whole, seen, services);
  }

  private static Result result(DataInputStream in) throws IOException {
    return new Result(constant(OUTCOMES, in), in.readUnsignedByte());
  }

  private static <T> T constant(T[] constants, DataInputStream in) throws IOException {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= constants.length) {
      throw new IOException("constant " + ordinal);
    }
    return constants[ordinal];
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(MAX_TEXT, bytes.length);
    out.writeByte(length);
    out.write(bytes, 0, length);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte();
    if (length > MAX_TEXT) {
      throw new IOException("a text of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("truncated");
    }
    return CONTROL.matcher(new String(bytes, StandardCharsets.UTF_8)).replaceAll("?");
  }
}
