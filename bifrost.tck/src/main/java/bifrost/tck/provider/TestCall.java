package bifrost.tck.provider;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Body;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A call in the making. Immutable: each {@code with} method gives another one.
 *
 * @param target where it goes
 * @param operation what it asks
 * @param stream whether it streams
 * @param payload what it sends
 * @param headers inbound fields that it carries
 * @param time how long it may take
 * @param cancellation what the test cancels it by
 */
public record TestCall(
    Target target,
    Operation operation,
    boolean stream,
    Payload payload,
    List<Header> headers,
    Duration time,
    TestCancellation cancellation) {

  /** A call to a target that may take 30 seconds. */
  public static TestCall to(Target target, Operation operation, Payload payload) {
    return new TestCall(
        target,
        operation,
        false,
        payload,
        List.of(),
        Duration.ofSeconds(30),
        new TestCancellation());
  }

  /** A target without settings of its key. */
  public static Target target(String provider, String model, String key, NetworkSettings network) {
    return new Target(provider, model, "key-1", Secret.of(key), network, Map.of());
  }

  /** A JSON body in a provider's own format. */
  public static Payload.Raw json(WireFormat format, String body) {
    return new Payload.Raw(format, "application/json", TestBody.of(body));
  }

  /** The same, streamed. */
  public TestCall streamed() {
    return new TestCall(target, operation, true, payload, headers, time, cancellation);
  }

  /** The same with another body, where the payload is raw. */
  public TestCall withBody(Body body) {
    Payload.Raw raw = (Payload.Raw) payload;
    Payload other = new Payload.Raw(raw.format(), raw.contentType(), body);
    return new TestCall(target, operation, stream, other, headers, time, cancellation);
  }

  /** The same with inbound header fields. */
  public TestCall withHeaders(Header... more) {
    return new TestCall(target, operation, stream, payload, List.of(more), time, cancellation);
  }

  /** The same, to be over within a time. */
  public TestCall within(Duration limit) {
    return new TestCall(target, operation, stream, payload, headers, limit, cancellation);
  }

  /** The call, whose time starts now. */
  public ProviderCall start() {
    return new ProviderCall(
        "req-test",
        operation,
        stream,
        payload,
        target,
        headers,
        Deadline.in(time, System::nanoTime),
        cancellation);
  }
}
