package bifrost.admin.install;

import java.time.Duration;

/**
 * Checked settings of the plugin installer.
 *
 * @param bindTimeout how long a new version may take until its services are in use
 * @param removalDelay how long a plugin stays after its file has gone
 * @param stopTimeout how long a stop waits for old versions that still drain
 */
record InstallSettings(Duration bindTimeout, Duration removalDelay, Duration stopTimeout) {
  private static final long MAX_MILLIS = Duration.ofMinutes(10).toMillis();

  static InstallSettings from(InstallConfig config) {
    return new InstallSettings(
        millis("bind.timeout.ms", config.bind_timeout_ms()),
        millis("removal.delay.ms", config.removal_delay_ms()),
        millis("stop.timeout.ms", config.stop_timeout_ms()));
  }

  private static Duration millis(String name, long value) {
    if (value < 0 || value > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "%s.%s is %d, use 0 to %d".formatted(InstallConfig.PID, name, value, MAX_MILLIS));
    }
    return Duration.ofMillis(value);
  }
}
