package bifrost.runtime.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

class ProcessExitTest {
  private final AtomicInteger stops = new AtomicInteger();

  @TempDir Path data;

  @Test
  void aFailureLeavesItsStatusForTheScriptAndStopsTheFramework() throws Exception {
    new ProcessExit(context()).fail("port 8080 is taken");
    assertEquals("1\n", Files.readString(data.resolve("run/exit-status")));
    assertEquals(1, stops.get());
  }

  @Test
  void theFrameworkIsStoppedAlsoWhenTheStatusCannotBeWritten() throws Exception {
    Files.writeString(data.resolve("run"), "a file where a folder is needed");
    new ProcessExit(context()).fail("port 8080 is taken");
    assertTrue(Files.isRegularFile(data.resolve("run")));
    assertEquals(1, stops.get());
  }

  private BundleContext context() {
    Bundle framework =
        fake(
            Bundle.class,
            method -> {
              if (method.equals("stop")) {
                stops.incrementAndGet();
              }
              return null;
            });
    return fake(
        BundleContext.class,
        method -> method.equals("getBundle") ? framework : null,
        name -> name.equals("bifrost.data") ? data.toString() : null);
  }

  private static <T> T fake(Class<T> type, Function<String, Object> answers) {
    return fake(type, answers, name -> null);
  }

  private static <T> T fake(
      Class<T> type, Function<String, Object> answers, Function<String, String> properties) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) ->
                method.getName().equals("getProperty")
                    ? properties.apply((String) args[0])
                    : answers.apply(method.getName())));
  }
}
