package bifrost.runtime.ingress;

import bifrost.api.model.InvalidConfigException;
import java.time.Duration;

/** The validated form of {@link IngressConfig}. */
record IngressSettings(
    int maxHeaderBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    int minUploadRate,
    Duration stopNotice,
    Duration drain,
    int acceptBacklog) {

  static IngressSettings from(IngressConfig config) {
    return new IngressSettings(
        range("max_header_bytes", config.max_header_bytes(), 1024, 1 << 20),
        millis("header_timeout_millis", config.header_timeout_millis(), 100, 600_000),
        millis("idle_timeout_millis", config.idle_timeout_millis(), 100, 3_600_000),
        range("min_upload_rate", config.min_upload_rate(), 0, 1 << 30),
        millis("stop_notice_millis", config.stop_notice_millis(), 0, 600_000),
        millis("drain_millis", config.drain_millis(), 0, 3_600_000),
        range("accept_backlog", config.accept_backlog(), 1, 65_535));
  }

  private static Duration millis(String name, int value, int least, int most) {
    return Duration.ofMillis(range(name, value, least, most));
  }

  private static int range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidConfigException(
          IngressConfig.PID + "." + name,
          "%d is out of range, use %d to %d".formatted(value, least, most));
    }
    return value;
  }
}
