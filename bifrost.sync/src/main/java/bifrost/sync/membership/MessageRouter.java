package bifrost.sync.membership;

import bifrost.api.cluster.Membership;
import bifrost.api.cluster.MessageListener;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/** Messages between members: {@code length of topic (1 byte), topic, payload}. */
public final class MessageRouter {
  private static final int MAX_WAITING = 1_024;
  private static final Pattern TOPIC = Pattern.compile("[\\x21-\\x7e]{1,32}");

  private final Map<MessageListener, SerialQueue> listeners = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();

  /** A message with its topic, or an {@code IllegalArgumentException} that names the bound. */
  public static byte[] encode(String topic, byte[] payload, int max) {
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "topic is '" + topic + "', use 1 to 32 printable ASCII characters");
    }
    if (payload.length > max) {
      throw new IllegalArgumentException(
          "payload has " + payload.length + " bytes, at most " + max + " may be sent");
    }
    byte[] message = new byte[1 + topic.length() + payload.length];
    message[0] = (byte) topic.length();
    System.arraycopy(topic.getBytes(StandardCharsets.US_ASCII), 0, message, 1, topic.length());
    System.arraycopy(payload, 0, message, 1 + topic.length(), payload.length);
    return message;
  }

  /** Hands messages to a listener from now on. */
  public void add(MessageListener listener) {
    listeners.put(listener, new SerialQueue("messages-" + listener.topic(), MAX_WAITING));
  }

  /** Hands it no further ones. */
  public void remove(MessageListener listener) {
    SerialQueue queue = listeners.remove(listener);
    if (queue != null) {
      queue.close();
    }
  }

  /** Hands a message that came to the listeners of its topic; what is malformed is dropped. */
  public void receive(byte[] message) {
    int length = message.length == 0 ? 0 : message[0] & 0xff;
    if (length < 1
        || 1 + length > message.length
        || message.length - 1 - length > Membership.MAX_STREAM_PAYLOAD) {
      dropped.increment();
      return;
    }
    String topic = new String(message, 1, length, StandardCharsets.US_ASCII);
    listeners.forEach(
        (listener, queue) -> {
          if (listener.topic().equals(topic)) {
            byte[] payload = Arrays.copyOfRange(message, 1 + length, message.length);
            if (!queue.offer(() -> listener.received(payload))) {
              dropped.increment();
            }
          }
        });
  }

  /** How many messages were malformed or came faster than a listener took them. */
  long dropped() {
    return dropped.sum();
  }

  /** Hands nobody anything further. */
  public void close() {
    listeners.values().forEach(SerialQueue::close);
    listeners.clear();
  }
}
