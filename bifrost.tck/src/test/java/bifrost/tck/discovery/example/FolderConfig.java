package bifrost.tck.discovery.example;

/** Which folder to use; PID {@code bifrost.discovery.folder}. */
public @interface FolderConfig {
  /** The cluster's name: a folder within the folder. */
  String service__name();

  /** A folder that all nodes share. */
  String folder();
}
