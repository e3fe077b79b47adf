package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import bifrost.tck.provider.TestBody;
import bifrost.tck.provider.TestCancellation;
import bifrost.tck.upstream.UpstreamSimulator;
import bifrost.tck.upstream.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many callers on few connections to an upstream that misbehaves at random: no caller gets the
 * answer of another one, and no permission to use a connection is lost.
 */
@Timeout(120)
class SharedHttpUpstreamStress {
  private static final int CALLERS = 32;
  private static final int CALLS = 60;
  private static final int CONNECTIONS = 8;
  private static final String PATH = "/echo";

  private final long seed = System.nanoTime();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();

  @Test
  void answersAreNeverMixedUpAndNoConnectionIsLost() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start()) {
      upstream.recording(false);
      upstream.onPath(PATH, this::misbehave);
      Pools pools = new Pools(System::nanoTime);
      SharedHttpUpstream http = new SharedHttpUpstream(pools);
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        callers.add(Thread.ofVirtual().start(() -> calls(http, upstream.baseUrl() + PATH, caller)));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(List.of(), List.copyOf(problems), "seed " + seed);
      assertTrue(answered.get() > CALLERS * CALLS / 4, "answered " + answered + ", seed " + seed);

      Host host = pools.host(PoolKey.of(network()), Origin.of(URI.create(upstream.baseUrl())));
      host.closeIdle();
      assertTrue(host.isUnused(CONNECTIONS), "every permission is back, seed " + seed);
      http.deactivate();
    }
  }

  private void misbehave(Wire wire) throws IOException, InterruptedException {
    String text = wire.request().text();
    Random random = new Random(text.hashCode() * 31L + seed);
    switch (random.nextInt(8)) {
      case 0 -> wire.close();
      case 1 -> wire.reset();
      case 2 -> {
        wire.json(200, text);
        wire.close();
      }
      case 3 -> {
        wire.start(200, "text/plain");
        wire.chunk(text.substring(0, text.length() / 2));
        wire.reset();
      }
      case 4, 5 -> {
        wire.start(200, "text/plain");
        for (int at = 0; at < text.length(); at += 100) {
          wire.chunk(text.substring(at, Math.min(text.length(), at + 100)));
        }
        wire.end();
      }
      default -> wire.json(200, text);
    }
  }

  private void calls(SharedHttpUpstream http, String url, int caller) {
    Random random = new Random(seed + caller);
    for (int call = 0; call < CALLS; call++) {
      String text = ("caller " + caller + " call " + call + ";").repeat(1 + random.nextInt(50));
      TestCancellation cancellation = new TestCancellation();
      int plan = random.nextInt(10);
      if (plan == 0) {
        Thread.ofVirtual().start(() -> cancellation.cancel(Cancellation.Reason.CLIENT_GONE));
      }
      try (UpstreamResponse response = http.send(request(url, text, cancellation))) {
        if (plan == 1) {
          continue;
        }
        String got = read(response);
        if (!got.equals(text)) {
          problems.add("sent " + text + ", got " + got);
        }
        answered.incrementAndGet();
      } catch (UpstreamException e) {
        if (e.failure().kind() != Kind.CONNECTION) {
          problems.add(e.failure().toString());
        }
      } catch (CallCancelledException e) {
        if (plan != 0) {
          problems.add("cancelled for nothing");
        }
      } catch (InterruptedException | RuntimeException e) {
        problems.add(e.toString());
      }
    }
  }

  private static String read(UpstreamResponse response)
      throws UpstreamException, InterruptedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer data = response.next(); data.hasRemaining(); data = response.next()) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      all.writeBytes(bytes);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private static UpstreamRequest request(String url, String text, TestCancellation cancellation) {
    return new UpstreamRequest(
        "POST",
        URI.create(url),
        List.of(),
        Optional.of(TestBody.of(text)),
        network(),
        false,
        Deadline.in(Duration.ofSeconds(60), System::nanoTime),
        cancellation);
  }

  private static NetworkSettings network() {
    NetworkSettings d = NetworkSettings.DEFAULT;
    return new NetworkSettings(
        d.baseUrl(),
        d.requestTimeout(),
        d.streamIdleTimeout(),
        CONNECTIONS,
        List.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }
}
