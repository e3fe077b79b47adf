package bifrost.runtime.ingress;

/** Settings of the listener, PID {@value #PID}. */
public @interface IngressConfig {
  /** The PID. */
  String PID = "bifrost.runtime.ingress";

  /** Largest head of a request, in bytes; beyond it the request is refused with 431. */
  int max_header_bytes() default 16 * 1024;

  /** Longest time from the first byte of a request to the end of its head, in milliseconds. */
  int header_timeout_millis() default 10_000;

  /** Longest silence of a client that is sending or receiving, in milliseconds. */
  int idle_timeout_millis() default 30_000;

  /** Slowest upload, in bytes per second, counted after its first ten seconds. */
  int min_upload_rate() default 1024;

  /** Time between failing readiness and closing the listener at a stop, in milliseconds. */
  int stop_notice_millis() default 0;

  /** Longest time that running requests get at a stop, in milliseconds. */
  int drain_millis() default 30_000;

  /** Connections that the operating system may hold before they are accepted. */
  int accept_backlog() default 1024;
}
