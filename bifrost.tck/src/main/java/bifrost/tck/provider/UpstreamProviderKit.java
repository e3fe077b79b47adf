package bifrost.tck.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.Received;
import bifrost.tck.upstream.Reply;
import bifrost.tck.upstream.UpstreamSimulator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The contract of a provider that talks to an upstream over HTTP: the situations of {@link
 * ProviderKit} are brought about by a simulated upstream, and further ones are added.
 */
public abstract class UpstreamProviderKit extends ProviderKit {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The upstream; started before and closed after each test. */
  protected final UpstreamSimulator upstream = UpstreamSimulator.start();

  /** How the upstream answers. */
  protected Dialect dialect() {
    return Dialect.OPENAI;
  }

  /**
   * An ordinary call, whose body may be sent more than once.
   *
   * @param baseUrl where the upstream is
   * @param stream whether to ask for a stream; the body asks for it too
   */
  protected abstract TestCall ordinary(String baseUrl, boolean stream);

  /** Closes the upstream, and makes sure that it could do what it was told. */
  @AfterEach
  protected void closeUpstream() {
    upstream.close();
    assertEquals(List.of(), upstream.failures(), "the simulated upstream failed");
  }

  @Override
  protected TestCall whole() {
    return scripted(false, dialect().answer());
  }

  @Override
  protected TestCall streamed() {
    return scripted(true, dialect().answer());
  }

  @Override
  protected TestCall silent() {
    return scripted(false, Faults.silence());
  }

  @Override
  protected TestCall stalled() {
    return scripted(true, dialect().stall());
  }

  @Override
  protected TestCall cut() {
    return scripted(true, dialect().cut());
  }

  @Override
  protected TestCall failing(int status) {
    return scripted(false, echoingError(status));
  }

  @Override
  protected void awaitBegun(Running running) throws InterruptedException {
    upstream.awaitRequest();
  }

  @Override
  protected void awaitUpstreamFreed() throws InterruptedException {
    for (Received request : upstream.requests()) {
      if (!request.clientGone()) {
        request.awaitClientGone(PATIENCE);
      }
    }
    upstream.clear();
  }

  @Test
  @DisplayName("P8 an error status to a streamed call is a failed outcome too")
  void p8ErrorStatusToAStreamedCall() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = scripted(true, dialect().error(503, "try later"));
    RecordingSink sink = sinkOf(call);
    UpstreamFailure failure = failure(newProvider().call(call.start(), sink));
    assertEquals(503, failure.status());
    assertEquals(Kind.OVERLOADED, failure.kind());
    assertTrue(sink.isUntouched(), "P8 nothing is written");
  }

  @Test
  @DisplayName("P8 an error that is no JSON is a failed outcome too")
  void p8ErrorOfALoadBalancer() throws Exception {
    TestCall call = scripted(false, Faults.htmlError());
    UpstreamFailure failure = failure(newProvider().call(call.start(), sinkOf(call)));
    assertEquals(502, failure.status());
    assertEquals(Kind.SERVER_ERROR, failure.kind());
  }

  @Test
  @DisplayName("P9 a stream that is reset or ends early is cut")
  void p9ResetAndEarlyEndAreCuts() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    for (Reply reply : List.of(dialect().reset(), dialect().endEarly())) {
      TestCall call = scripted(true, reply);
      RecordingSink sink = sinkOf(call);
      UpstreamFailure failure = failure(newProvider().call(call.start(), sink));
      assertEquals(Kind.CUT, failure.kind());
      assertTrue(sink.isCommitted(), "P9 what had arrived was passed on");
      assertEquals(List.of(), sink.faults());
    }
  }

  @Test
  @DisplayName("P2 an upstream that breaks off before its answer is a failed outcome")
  void p2BreakBeforeTheAnswer() throws Exception {
    for (Reply reply : List.of(Faults.reset(), Faults.close(), Faults.garbage())) {
      for (boolean stream : can(Capability.STREAMING) ? Set.of(true, false) : Set.of(false)) {
        TestCall call = scripted(stream, reply);
        RecordingSink sink = sinkOf(call);
        UpstreamFailure failure = failure(newProvider().call(call.start(), sink));
        assertTrue(
            Set.of(Kind.CONNECTION, Kind.PROTOCOL).contains(failure.kind()),
            () -> "P2 kind is " + failure.kind());
        assertTrue(sink.isUntouched(), "nothing was received, so nothing is written");
      }
    }
  }

  @Test
  @DisplayName("P2 an upstream that cannot be reached is a failed outcome of kind CONNECTION")
  void p2Unreachable() throws Exception {
    try (Socket bound = new Socket()) {
      // nobody listens, and nobody else can take the port
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      TestCall call = ordinary("http://127.0.0.1:" + bound.getLocalPort(), false);
      UpstreamFailure failure = failure(newProvider().call(call.start(), sinkOf(call)));
      assertEquals(Kind.CONNECTION, failure.kind());
      assertTrue(!failure.billable(), "what was never sent is not billed");
    }
  }

  @Test
  @DisplayName("P10 a stream is the same however its bytes are split")
  void p10SplitAtEveryByte() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall plain = streamed();
    RecordingSink expected = sinkOf(plain);
    newProvider().call(plain.start(), expected);
    for (int size : List.of(1, 2, 7)) {
      TestCall call = scripted(true, dialect().answer().inPieces(size, Duration.ZERO));
      RecordingSink sink = sinkOf(call);
      newProvider().call(call.start(), sink);
      assertEquals(expected.frames(), sink.frames());
      assertEquals(expected.events(), sink.events());
      assertEquals(expected.usage(), sink.usage());
    }
  }

  /** An ordinary call that gets this reply. */
  protected final TestCall scripted(boolean stream, Reply reply) {
    upstream.next(reply);
    return ordinary(upstream.baseUrl(), stream);
  }

  /** An error whose message repeats the key that was sent, as some upstreams do. */
  private Reply echoingError(int status) {
    return wire -> dialect().error(status, "refused for key " + wire.request().key()).send(wire);
  }
}
