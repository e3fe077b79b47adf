package bifrost.admin.log;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Forwards the OSGi log to SLF4J: the errors of components that did not start, of the framework and
 * of the bundles that know no SLF4J. What was logged before it started is forwarded too.
 */
@Component(
    service = {},
    immediate = true)
public class OsgiLogForwarder implements LogListener {
  /** The name that the specification gives to loggers nobody named. */
  private static final String UNNAMED = "LogService";

  private final LogReaderService reader;
  private final ReentrantLock lock = new ReentrantLock();
  private long forwardedUpTo = Long.MIN_VALUE;

  /** Starts to listen, and forwards what the log still remembers. */
  @Activate
  public OsgiLogForwarder(@Reference(name = "reader") LogReaderService reader) {
    this.reader = reader;
    lock.lock();
    try {
      reader.addLogListener(this);
      List<LogEntry> newestFirst = Collections.list(reader.getLog());
      newestFirst.reversed().forEach(this::forwardOnce);
    } finally {
      lock.unlock();
    }
  }

  @Deactivate
  void stop() {
    reader.removeLogListener(this);
  }

  @Override
  public void logged(LogEntry entry) {
    lock.lock();
    try {
      forwardOnce(entry);
    } finally {
      lock.unlock();
    }
  }

  private void forwardOnce(LogEntry entry) {
    if (entry.getSequence() <= forwardedUpTo) {
      return;
    }
    forwardedUpTo = entry.getSequence();
    Logger logger = LoggerFactory.getLogger(loggerName(entry));
    logger
        .atLevel(level(entry))
        .setCause(entry.getException())
        .log(() -> entry.getMessage() == null ? "" : entry.getMessage());
  }

  private static String loggerName(LogEntry entry) {
    String name = entry.getLoggerName();
    if (name != null && !name.equals(UNNAMED)) {
      return name;
    }
    Bundle bundle = entry.getBundle();
    return bundle == null || bundle.getSymbolicName() == null ? "osgi" : bundle.getSymbolicName();
  }

  private static Level level(LogEntry entry) {
    return switch (entry.getLogLevel()) {
      case AUDIT, INFO -> Level.INFO;
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }
}
