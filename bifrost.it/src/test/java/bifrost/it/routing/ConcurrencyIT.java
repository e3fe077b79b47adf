package bifrost.it.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Reply;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A provider's limit of calls at once: one runs, one waits, the rest is refused. */
@ExtendWith(Lab.Shared.class)
class ConcurrencyIT {
  private final Lab lab;

  ConcurrencyIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void callsBeyondRoomAndQueueAreRefusedAndTheOthersServed() throws Exception {
    Semaphore go = new Semaphore(0);
    Reply held =
        wire -> {
          go.acquire();
          OpenAi.chat("served").send(wire);
        };
    lab.upstream().onModel("narrow", held);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(threads.submit(() -> lab.chat("narrow/narrow")));
      }
      while (calls.stream().filter(Future::isDone).count() < 6) {
        Thread.sleep(10);
      }
      assertEquals(1, lab.upstream().awaitRequests(1, request -> true).size());
      go.release(8);
      int served = 0;
      for (Future<HttpResponse<String>> call : calls) {
        HttpResponse<String> answer = call.get();
        if (answer.statusCode() == 200) {
          served++;
        } else {
          assertEquals(503, answer.statusCode(), answer.body());
          assertTrue(answer.body().contains("overloaded"), answer.body());
          assertTrue(answer.headers().firstValue("Retry-After").isPresent());
        }
      }
      assertEquals(2, served);
    }
  }
}
