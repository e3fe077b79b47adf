package bifrost.api.snapshot;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the gateway itself.
 *
 * @param enforceAuth whether inference needs a virtual key
 * @param maxBodyBytes the largest request body
 * @param requestTimeout the longest time of a whole call, retries and fallbacks included
 * @param maxConcurrentRequests the most requests at once; beyond it a request is refused with 503
 * @param enableLogging whether requests are logged to the store
 * @param disableContentLogging whether payloads are kept out of the log
 * @param allowContentLoggingOverride whether a request may decide that for itself
 * @param logRetentionDays how long log rows are kept
 * @param requiredHeaders header fields without which a request is refused
 * @param allowedOrigins origins that a browser may call from
 */
public record ClientSettings(
    boolean enforceAuth,
    long maxBodyBytes,
    Duration requestTimeout,
    int maxConcurrentRequests,
    boolean enableLogging,
    boolean disableContentLogging,
    boolean allowContentLoggingOverride,
    int logRetentionDays,
    List<String> requiredHeaders,
    List<String> allowedOrigins)
    implements Entity {

  /** The one id of this kind. */
  public static final String ID = "client";

  /** What holds when nothing is configured. */
  public static final ClientSettings DEFAULT =
      new ClientSettings(
          false,
          100L << 20,
          Duration.ofMinutes(10),
          20_000,
          true,
          true,
          false,
          365,
          List.of(),
          List.of());

  /** Settings under which no request decides for itself whether its payload is logged. */
  public ClientSettings(
      boolean enforceAuth,
      long maxBodyBytes,
      Duration requestTimeout,
      int maxConcurrentRequests,
      boolean enableLogging,
      boolean disableContentLogging,
      int logRetentionDays,
      List<String> requiredHeaders,
      List<String> allowedOrigins) {
    this(
        enforceAuth,
        maxBodyBytes,
        requestTimeout,
        maxConcurrentRequests,
        enableLogging,
        disableContentLogging,
        false,
        logRetentionDays,
        requiredHeaders,
        allowedOrigins);
  }

  /** Copies the lists; refuses numbers out of range. */
  public ClientSettings {
    if (maxBodyBytes < 1024 || maxBodyBytes > 1L << 30) {
      throw new IllegalArgumentException(
          "max_request_body_size is " + maxBodyBytes + " bytes, use 1 kB to 1 GB");
    }
    if (requestTimeout.toMillis() < 1 || requestTimeout.toHours() > 24) {
      throw new IllegalArgumentException(
          "request_timeout is " + requestTimeout + ", use 1 ms to 24 h");
    }
    if (maxConcurrentRequests < 1) {
      throw new IllegalArgumentException(
          "max_concurrent_requests is " + maxConcurrentRequests + ", use 1 or more");
    }
    if (logRetentionDays < 1) {
      throw new IllegalArgumentException(
          "log_retention_days is " + logRetentionDays + ", use 1 or more");
    }
    requiredHeaders = List.copyOf(requiredHeaders);
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  @Override
  public EntityType type() {
    return EntityType.CLIENT;
  }

  @Override
  public String id() {
    return ID;
  }
}
