package bifrost.admin.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.LoggerFactory;

class OsgiLogForwarderTest {
  private final ListAppender<ILoggingEvent> output = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final FakeReader reader = new FakeReader();

  @BeforeEach
  void capture() {
    output.start();
    root.addAppender(output);
    root.setLevel(Level.INFO);
  }

  @AfterEach
  void release() {
    root.detachAppender(output);
  }

  @Test
  void anErrorOfAComponentBecomesALineOfItsLogger() {
    new OsgiLogForwarder(reader);
    IllegalStateException cause = new IllegalStateException("no region");
    reader.log(entry(1, LogLevel.ERROR, "bifrost.Thing", "it failed", cause));
    ILoggingEvent line = output.list.getFirst();
    assertEquals(Level.ERROR, line.getLevel());
    assertEquals("bifrost.Thing", line.getLoggerName());
    assertEquals("it failed", line.getFormattedMessage());
    assertEquals("no region", line.getThrowableProxy().getMessage());
  }

  @Test
  void whatWasLoggedBeforeIsForwardedOldestFirstAndOnce() {
    reader.log(entry(1, LogLevel.WARN, "a", "first", null));
    reader.log(entry(2, LogLevel.WARN, "a", "second", null));
    new OsgiLogForwarder(reader);
    reader.listener.logged(entry(2, LogLevel.WARN, "a", "second", null));
    reader.log(entry(3, LogLevel.WARN, "a", "third", null));
    assertEquals(
        List.of("first", "second", "third"),
        output.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  @Test
  void anUnnamedLoggerIsCalledLikeItsBundle() {
    new OsgiLogForwarder(reader);
    reader.log(entry(1, LogLevel.AUDIT, "LogService", "100% {} done", null));
    assertEquals("test.bundle", output.list.getFirst().getLoggerName());
    assertEquals("100% {} done", output.list.getFirst().getFormattedMessage());
  }

  @Test
  void itStopsListening() {
    new OsgiLogForwarder(reader).stop();
    assertNull(reader.listener);
  }

  private static LogEntry entry(
      long sequence, LogLevel level, String logger, String message, Throwable cause) {
    Bundle bundle =
        proxy(Bundle.class, name -> name.equals("getSymbolicName") ? "test.bundle" : null);
    return proxy(
        LogEntry.class,
        name ->
            switch (name) {
              case "getSequence" -> sequence;
              case "getLogLevel" -> level;
              case "getLoggerName" -> logger;
              case "getMessage" -> message;
              case "getException" -> cause;
              case "getBundle" -> bundle;
              default -> null;
            });
  }

  private interface Answers {
    Object to(String method);
  }

  private static <T> T proxy(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answers.to(method.getName())));
  }

  /** Remembers what was logged, newest first. */
  private static final class FakeReader implements LogReaderService {
    private final List<LogEntry> history = new ArrayList<>();
    private LogListener listener;

    void log(LogEntry entry) {
      history.addFirst(entry);
      if (listener != null) {
        listener.logged(entry);
      }
    }

    @Override
    public void addLogListener(LogListener added) {
      listener = added;
    }

    @Override
    public void removeLogListener(LogListener removed) {
      listener = null;
    }

    @Override
    public Enumeration<LogEntry> getLog() {
      return Collections.enumeration(history);
    }
  }
}
