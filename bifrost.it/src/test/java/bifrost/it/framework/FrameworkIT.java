package bifrost.it.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** In the framework itself: every component starts, and providers are swapped by the bundle API. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FrameworkIT {
  private static final String ECHO = "bifrost.providers.echo";
  private static final int SWAPS = 30;
  private static final int LIMIT_SECONDS = 30;

  @Inject private BundleContext context;
  @Inject private ServiceComponentRuntime components;

  private final HttpClient client = HttpClient.newHttpClient();

  @Configuration
  public static Option[] options() throws IOException {
    return Distribution.options();
  }

  @Before
  public void awaitReady() throws Exception {
    await("ready", () -> status("/ready") == 200);
  }

  @After
  public void closeClient() {
    client.close();
  }

  @Test
  public void everyComponentOfTheProductIsSatisfiedOrLacksAConfiguration() throws Exception {
    for (int i = 0; i < LIMIT_SECONDS && !unsatisfied().isEmpty(); i++) {
      Thread.sleep(1000);
    }
    assertEquals(List.of(), unsatisfied());
  }

  private List<String> unsatisfied() {
    Collection<ComponentDescriptionDTO> all = components.getComponentDescriptionDTOs();
    List<String> unsatisfied = new ArrayList<>();
    for (ComponentDescriptionDTO component : all) {
      if (component.bundle.symbolicName.startsWith("bifrost.")
          && !isStarted(component)
          && !awaitsConfiguration(component, all, new HashSet<>())) {
        unsatisfied.add(component.name);
      }
    }
    return unsatisfied;
  }

  private boolean isStarted(ComponentDescriptionDTO component) {
    return components.getComponentConfigurationDTOs(component).stream()
        .allMatch(
            each ->
                each.state == ComponentConfigurationDTO.ACTIVE
                    || each.state == ComponentConfigurationDTO.SATISFIED);
  }

  /** Whether it is optional: it, or what it needs, starts only with a configuration. */
  private boolean awaitsConfiguration(
      ComponentDescriptionDTO component,
      Collection<ComponentDescriptionDTO> all,
      Set<String> visited) {
    if (component.configurationPolicy.equals("require")) {
      return true;
    }
    if (!visited.add(component.name)) {
      return false;
    }
    Set<String> missing =
        components.getComponentConfigurationDTOs(component).stream()
            .flatMap(each -> Stream.of(each.unsatisfiedReferences))
            .map(reference -> reference.name)
            .collect(Collectors.toSet());
    return Stream.of(component.references)
        .filter(reference -> missing.contains(reference.name))
        .anyMatch(
            reference ->
                all.stream()
                    .filter(
                        other -> List.of(other.serviceInterfaces).contains(reference.interfaceName))
                    .anyMatch(other -> awaitsConfiguration(other, all, visited)));
  }

  @Test
  public void everyBundleIsActive() {
    List<String> idle =
        Stream.of(context.getBundles())
            .filter(bundle -> bundle.getHeaders("").get("Fragment-Host") == null)
            .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
            .filter(bundle -> bundle.getHeaders("").get("Bundle-ActivationPolicy") == null)
            .map(bundle -> bundle + " in state " + bundle.getState())
            .toList();
    assertEquals(List.of(), idle);
  }

  @Test
  public void swapsByTheBundleApiFailNothingAndLeaveNoClassLoader() throws Exception {
    Path jar = Path.of(context.getProperty("bifrost.dist"), "plugins", ECHO + ".jar");
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    AtomicInteger answered = new AtomicInteger();
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    CompletableFuture<Void> stop = new CompletableFuture<>();
    List<Thread> traffic = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      traffic.add(Thread.ofVirtual().start(() -> ask(stop, answered, failures)));
    }
    for (int i = 0; i < SWAPS; i++) {
      Bundle old = echo();
      loaders.add(new WeakReference<>(old.adapt(BundleWiring.class).getClassLoader()));
      Bundle next;
      try (InputStream in = Files.newInputStream(jar)) {
        next = context.installBundle("swap:" + i, in);
      }
      next.start();
      await("registered", () -> next.getRegisteredServices() != null);
      old.uninstall();
    }
    stop.complete(null);
    for (Thread thread : traffic) {
      thread.join();
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertTrue("requests: " + answered, answered.get() > SWAPS);
    await(
        "collected",
        () -> {
          System.gc();
          return loaders.stream().allMatch(loader -> loader.get() == null);
        });
  }

  @Test
  public void aCallWaitsForAProviderThatIsBeingReplacedInPlace() throws Exception {
    Bundle echo = echo();
    echo.stop();
    CompletableFuture<Integer> call =
        CompletableFuture.supplyAsync(() -> chatStatus(), task -> Thread.ofVirtual().start(task));
    Thread.sleep(100); // the call arrives in the gap
    echo.start();
    assertEquals(200, call.get().intValue());
  }

  @Test
  public void aCallIsRefusedWhenItsProviderStaysAway() throws Exception {
    Bundle echo = echo();
    echo.stop();
    try {
      HttpResponse<String> answer = chat();
      assertTrue(
          answer.statusCode() + " " + answer.body(),
          answer.statusCode() == 503 || answer.statusCode() == 404);
      assertTrue(answer.body(), answer.body().contains("echo"));
    } finally {
      echo.start();
    }
    await("serving again", () -> chatStatus() == 200);
  }

  @Test
  public void aBrokenProviderDoesNotHarmTheOneThatServes() throws Exception {
    Bundle broken = null;
    try (InputStream in = InputStream.nullInputStream()) {
      broken = context.installBundle("broken:1", in);
    } catch (BundleException e) {
      // refused, as it should be
    }
    assertNull(broken);
    assertEquals(200, chatStatus());
  }

  private void ask(
      CompletableFuture<Void> stop,
      AtomicInteger answered,
      ConcurrentLinkedQueue<String> failures) {
    while (!stop.isDone()) {
      try {
        HttpResponse<String> answer = chat();
        answered.incrementAndGet();
        if (answer.statusCode() != 200) {
          failures.add(answer.statusCode() + " " + answer.body());
        }
        Thread.sleep(2);
      } catch (IOException e) {
        failures.add(e.toString());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Bundle echo() {
    return Stream.of(context.getBundles())
        .filter(bundle -> ECHO.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> chat() throws IOException, InterruptedException {
    return client.send(
        request("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
            .build(),
        BodyHandlers.ofString());
  }

  private int chatStatus() {
    try {
      return chat().statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private int status(String path) throws InterruptedException {
    try {
      return client.send(request(path).build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + context.getProperty("bifrost.port") + path))
        .timeout(Duration.ofSeconds(LIMIT_SECONDS));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(LIMIT_SECONDS).toNanos();
    while (!condition.holds()) {
      assertTrue("not " + what + " in time", System.nanoTime() < end);
      Thread.sleep(50);
    }
  }
}
