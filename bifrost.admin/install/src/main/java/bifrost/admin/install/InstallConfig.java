package bifrost.admin.install;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What operators can set about the installation of plugins. */
@ObjectClassDefinition(
    name = "Bifrost plugin installer",
    description = "How plugin bundles are swapped.")
public @interface InstallConfig {
  /** The configuration's PID. */
  String PID = "bifrost.admin.install";

  /** How long a new version may take. */
  @AttributeDefinition(
      name = "Bind timeout",
      description =
          "Milliseconds within which the services of a new version must be in use; after that it is"
              + " refused and the old version stays.")
  long bind_timeout_ms() default 10_000;

  /** How long the removal of a file is held back. */
  @AttributeDefinition(
      name = "Removal delay",
      description =
          "Milliseconds that a plugin stays after its file has gone, so that a file that is deleted"
              + " and written again, or renamed, leaves no gap.")
  long removal_delay_ms() default 1_500;

  /** How long a stop waits for old versions. */
  @AttributeDefinition(
      name = "Stop timeout",
      description = "Milliseconds that a stop waits for old versions that still drain.")
  long stop_timeout_ms() default 35_000;
}
