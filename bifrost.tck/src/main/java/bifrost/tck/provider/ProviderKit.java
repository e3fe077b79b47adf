package bifrost.tck.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.model.Usage;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of a {@link Provider}, rule by rule: what a machine can check of P1 to P12 in the
 * description of {@code bifrost.api.provider}.
 *
 * <p>A provider's {@code XContractTest} extends it and says how its provider is made and which
 * calls bring about the situations that the rules speak of; one that talks to an upstream over HTTP
 * extends {@link UpstreamProviderKit} instead, which makes the situations itself. What a provider
 * cannot do it leaves out of {@link #capabilities()}, and its tests are skipped.
 *
 * <p>A rule's second is a promise of the provider; so that a busy machine fails nobody, the kit
 * waits ten, which is still far less than the calls would take by themselves.
 */
@Timeout(60)
public abstract class ProviderKit {
  private static final List<Integer> ERRORS = List.of(400, 401, 402, 403, 404, 429, 500, 503, 529);

  /** What a provider may be able to do. */
  public enum Capability {
    /** It streams. */
    STREAMING,
    /** It reports what a call consumed. */
    USAGE
  }

  /** What the provider can do; all of it unless overridden. */
  protected Set<Capability> capabilities() {
    return Set.of(Capability.values());
  }

  /** A provider that is ready, new at each call; the two work side by side. */
  protected abstract Provider newProvider();

  /** A text that is in each call's prompt and must not appear in messages. */
  protected abstract String prompt();

  /** A call that is answered whole. */
  protected abstract TestCall whole();

  /** A call that is answered in a stream of several pieces. */
  protected abstract TestCall streamed();

  /** A call whose answer does not come within a minute. */
  protected abstract TestCall silent();

  /** A streamed call whose answer stops for a minute after its first content. */
  protected abstract TestCall stalled();

  /** A streamed call whose answer breaks off after its first content. */
  protected abstract TestCall cut();

  /** A call that the upstream answers with an error status. */
  protected abstract TestCall failing(int status);

  /** What {@link #whole()} and {@link #streamed()} consume, where it is known beforehand. */
  protected Optional<Usage> expectedUsage() {
    return Optional.empty();
  }

  /** Waits until a silent call has got as far as it can: to its upstream, where there is one. */
  protected void awaitBegun(Running running) throws InterruptedException {
    running.awaitWaiting();
  }

  /** Waits until the upstream has seen that the latest call is over, where there is an upstream. */
  protected void awaitUpstreamFreed() throws InterruptedException {}

  @Test
  @DisplayName("P1 a descriptor never changes")
  void p1DescriptorNeverChanges() throws Exception {
    Provider provider = newProvider();
    var before = provider.descriptor();
    call(provider, whole());
    assertEquals(before, provider.descriptor());
    assertFalse(before.operations().isEmpty(), "P1 a descriptor names at least one operation");
  }

  @Test
  @DisplayName("P2 a call ends with one outcome, P4 a head comes first, P3 nothing comes later")
  void p2CallEndsWithOneOutcome() throws Exception {
    Provider provider = newProvider();
    for (TestCall call : List.of(whole(), failing(500))) {
      RecordingSink sink = sinkOf(call);
      assertNotNull(provider.call(call.start(), sink), "P2 an outcome is never null");
      sink.seal();
      call(provider, whole());
      assertEquals(List.of(), sink.faults());
    }
  }

  @Test
  @DisplayName("P2 a whole answer is completed")
  void p2WholeAnswerIsCompleted() throws Exception {
    TestCall call = whole();
    RecordingSink sink = sinkOf(call);
    assertInstanceOf(Outcome.Completed.class, newProvider().call(call.start(), sink));
    assertTrue(sink.isCommitted(), "P2 a completed call has written content");
    assertEquals(List.of(), sink.faults());
  }

  @Test
  @DisplayName("P2 a streamed answer is completed, P4 its head comes first")
  void p2StreamIsCompleted() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = streamed();
    RecordingSink sink = sinkOf(call);
    assertInstanceOf(Outcome.Completed.class, newProvider().call(call.start(), sink));
    assertTrue(sink.frames().size() + sink.events().size() > 2, "P10 a stream comes in pieces");
    assertEquals(List.of(), sink.faults());
  }

  @Test
  @DisplayName("P2 what the sink throws goes through")
  void p2WhatTheSinkThrowsGoesThrough() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = streamed();
    RecordingSink sink = sinkOf(call);
    sink.takeWhile(s -> !s.isCommitted());
    Running running = Running.start(newProvider(), call, sink);
    sink.await(RecordingSink::isCommitted);
    call.cancellation().cancel(Reason.CLIENT_GONE);
    running.assertCancelled(Reason.CLIENT_GONE);
    awaitUpstreamFreed();
  }

  @Test
  @DisplayName("P2 an interrupt ends the call")
  void p2InterruptEndsTheCall() throws Exception {
    Running running = Running.start(newProvider(), silent(), new RecordingSink());
    awaitBegun(running);
    running.interrupt();
    Throwable thrown = running.awaitThrown();
    assertTrue(
        thrown instanceof InterruptedException,
        () -> "P2 an interrupted call throws InterruptedException, not " + thrown);
    awaitUpstreamFreed();
  }

  @Test
  @DisplayName("P5 a cancelled call ends and frees its upstream connection: before the answer")
  void p5CancelBeforeTheAnswer() throws Exception {
    for (Reason reason : Reason.values()) {
      TestCall call = silent();
      RecordingSink sink = sinkOf(call);
      Running running = Running.start(newProvider(), call, sink);
      awaitBegun(running);
      call.cancellation().cancel(reason);
      running.assertCancelled(reason);
      awaitUpstreamFreed();
      assertEquals(0, call.cancellation().registered(), "P5 registrations are taken back");
    }
  }

  @Test
  @DisplayName("P5 a cancelled call ends and frees its upstream connection: amid the answer")
  void p5CancelAmidTheAnswer() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = stalled();
    RecordingSink sink = sinkOf(call);
    Running running = Running.start(newProvider(), call, sink);
    sink.await(RecordingSink::isCommitted);
    call.cancellation().cancel(Reason.CLIENT_GONE);
    running.assertCancelled(Reason.CLIENT_GONE);
    awaitUpstreamFreed();
    assertEquals(0, call.cancellation().registered(), "P5 registrations are taken back");
  }

  @Test
  @DisplayName("P5 a call that is cancelled before it starts ends at once")
  void p5CancelledBeforeItStarts() throws Exception {
    TestCall call = silent();
    call.cancellation().cancel(Reason.CLIENT_GONE);
    Running.start(newProvider(), call, sinkOf(call)).assertCancelled(Reason.CLIENT_GONE);
  }

  @Test
  @DisplayName("P6 a call does not outlive its deadline: before the answer")
  void p6DeadlineBeforeTheAnswer() throws Exception {
    TestCall call = silent().within(Duration.ofMillis(300));
    RecordingSink sink = sinkOf(call);
    Running running = Running.start(newProvider(), call, sink);
    UpstreamFailure failure = running.awaitFailure();
    assertEquals(Kind.TIMEOUT, failure.kind(), "P6 a deadline that passed is a timeout");
    assertFalse(sink.isCommitted());
    awaitUpstreamFreed();
  }

  @Test
  @DisplayName("P6 a call does not outlive its deadline: amid the answer")
  void p6DeadlineAmidTheAnswer() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = stalled().within(Duration.ofSeconds(1));
    RecordingSink sink = sinkOf(call);
    UpstreamFailure failure = Running.start(newProvider(), call, sink).awaitFailure();
    assertEquals(Kind.CUT, failure.kind(), "P9 an answer that is not completed is cut");
    assertTrue(sink.isCommitted());
    awaitUpstreamFreed();
  }

  @Test
  @DisplayName("P7 usage reaches the sink")
  void p7UsageReachesTheSink() throws Exception {
    assumeTrue(can(Capability.USAGE));
    for (TestCall call :
        can(Capability.STREAMING) ? List.of(whole(), streamed()) : List.of(whole())) {
      RecordingSink sink = sinkOf(call);
      newProvider().call(call.start(), sink);
      Usage usage = sink.usage().orElseGet(() -> fail("P7 no usage reached the sink"));
      assertTrue(usage.totalTokens() > 0, "P7 usage counts something");
      expectedUsage().ifPresent(expected -> assertEquals(expected, usage, "P7"));
    }
  }

  @Test
  @DisplayName("P8 an error status is a failed outcome, and nothing was written")
  void p8ErrorStatusIsAFailure() throws Exception {
    Provider provider = newProvider();
    for (int status : ERRORS) {
      TestCall call = failing(status);
      RecordingSink sink = sinkOf(call);
      UpstreamFailure failure = failure(provider.call(call.start(), sink));
      assertEquals(status, failure.status(), "P8 the failure has the upstream's status");
      assertEquals(UpstreamFailure.kindOf(status), failure.kind(), "P8 kind of " + status);
      assertTrue(sink.isUntouched(), "P8 nothing is written for status " + status);
      assertFalse(failure.billable(), "P8 an error status is not billed");
    }
  }

  @Test
  @DisplayName("P9 a stream that breaks off is cut")
  void p9BrokenStreamIsCut() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = cut();
    RecordingSink sink = sinkOf(call);
    UpstreamFailure failure = failure(newProvider().call(call.start(), sink));
    assertEquals(Kind.CUT, failure.kind());
    assertTrue(failure.billable(), "P9 what was begun may be billed");
    assertTrue(sink.isCommitted(), "P9 what had arrived was passed on");
    assertEquals(List.of(), sink.faults());
  }

  @Test
  @DisplayName("P10 content leaves as it arrives")
  void p10ContentLeavesAsItArrives() throws Exception {
    assumeTrue(can(Capability.STREAMING));
    TestCall call = stalled();
    RecordingSink sink = sinkOf(call);
    Running running = Running.start(newProvider(), call, sink);
    sink.await(RecordingSink::isCommitted);
    assertTrue(running.isRunning(), "P10 the first content came while the rest was outstanding");
    call.cancellation().cancel(Reason.CLIENT_GONE);
    running.assertCancelled(Reason.CLIENT_GONE);
  }

  @Test
  @DisplayName("P11 no key and no prompt appears in a message")
  void p11NothingSecretInMessages() throws Exception {
    for (int status : ERRORS) {
      TestCall call = failing(status);
      UpstreamFailure failure = failure(newProvider().call(call.start(), sinkOf(call)));
      String key = call.target().credential().reveal();
      for (String said : List.of(failure.message(), failure.toString())) {
        assertTrue(key.isEmpty() || !said.contains(key), "P11 the key appears: " + status);
        assertFalse(said.contains(prompt()), "P11 the prompt appears: " + status);
      }
      String body = new String(failure.body(), StandardCharsets.UTF_8);
      assertTrue(key.isEmpty() || !body.contains(key), "P11 the key appears in a body");
    }
  }

  @Test
  @DisplayName("P12 two providers work side by side, and the one that stays when the other goes")
  void p12TwoWorkSideBySide() throws Exception {
    Provider old = newProvider();
    Provider successor = newProvider();
    TestCall call = silent();
    Running running = Running.start(old, call, sinkOf(call));
    awaitBegun(running);
    assertInstanceOf(Outcome.Completed.class, call(successor, whole()));
    assertTrue(running.isRunning(), "P12 the call on the old one goes on");
    call.cancellation().cancel(Reason.PROVIDER_GONE);
    running.assertCancelled(Reason.PROVIDER_GONE);
    assertInstanceOf(Outcome.Completed.class, call(old, whole()));
  }

  /** Whether the provider can do something. */
  protected final boolean can(Capability capability) {
    return capabilities().contains(capability);
  }

  /** A sink that is cancelled with the call. */
  protected static RecordingSink sinkOf(TestCall call) {
    return new RecordingSink(call.cancellation());
  }

  /** The failure of an outcome that has to be one. */
  protected static UpstreamFailure failure(Outcome outcome) {
    return assertInstanceOf(Outcome.Failed.class, outcome).failure();
  }

  private static Outcome call(Provider provider, TestCall call)
      throws InterruptedException, CallCancelledException {
    return provider.call(call.start(), sinkOf(call));
  }
}
