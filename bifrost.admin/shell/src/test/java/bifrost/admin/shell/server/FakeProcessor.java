package bifrost.admin.shell.server;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;

/** Knows the commands {@code echo}, {@code fail}, {@code large} and {@code wait}. */
final class FakeProcessor implements CommandProcessor {
  final CountDownLatch waiting = new CountDownLatch(1);
  final CountDownLatch interrupted = new CountDownLatch(1);
  private final AtomicInteger executed = new AtomicInteger();

  int executed() {
    return executed.get();
  }

  @Override
  public CommandSession createSession(InputStream in, OutputStream out, OutputStream err) {
    PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
    return (CommandSession)
        Proxy.newProxyInstance(
            FakeProcessor.class.getClassLoader(),
            new Class<?>[] {CommandSession.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "execute" -> execute(args[0].toString(), console);
                  case "format" -> args[0].toString();
                  default -> null;
                });
  }

  @Override
  public CommandSession createSession(CommandSession parent) {
    throw new UnsupportedOperationException("not used by these tests");
  }

  private Object execute(String line, PrintStream console) throws Exception {
    executed.incrementAndGet();
    String[] words = line.split(" ", 2);
    return switch (words[0]) {
      case "echo" -> {
        console.print("printed\n");
        yield words[1];
      }
      case "large" -> "x".repeat(Integer.parseInt(words[1]));
      case "wait" -> {
        waiting.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw e;
        }
        yield null;
      }
      default -> throw new IllegalArgumentException(words[1]);
    };
  }
}
