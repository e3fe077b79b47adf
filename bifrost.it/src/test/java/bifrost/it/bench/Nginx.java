package bifrost.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An nginx process with one worker and a configuration of its own, in the foreground. */
final class Nginx implements AutoCloseable {
  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Answers every request with this JSON. */
  static Nginx answering(Path folder, int port, String json)
      throws IOException, InterruptedException {
    String location = "location / { default_type application/json; return 200 '" + json + "'; }";
    return start(folder, port, "", location);
  }

  /** Passes all requests on to one upstream; streams pass without being gathered. */
  static Nginx proxy(Path folder, int port, int upstream, boolean streams)
      throws IOException, InterruptedException {
    String upstreams =
        "upstream next { server 127.0.0.1:%d; keepalive 512; keepalive_requests 100000000; }"
            .formatted(upstream);
    String location =
        "location / { proxy_http_version 1.1; proxy_set_header Connection \"\"; "
            + (streams ? "proxy_buffering off; proxy_read_timeout 600s; " : "")
            + "proxy_pass http://next; }";
    return start(folder, port, upstreams, location);
  }

  private static Nginx start(Path folder, int port, String upstreams, String locations)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path config = folder.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off;
        worker_processes 1;
        worker_rlimit_nofile 65536;
        pid %1$s/nginx.pid;
        error_log %1$s/error.log warn;
        events { worker_connections 32768; }
        http {
          access_log off;
          keepalive_requests 100000000;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          %2$s
          server { listen 127.0.0.1:%3$d backlog=4096; %4$s }
        }
        """
            .formatted(folder, upstreams, port, locations));
    List<String> command =
        List.of(
            "nginx", "-p", folder.toString(), "-c", config.toString(), "-e", folder + "/start.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.log").toFile())
            .start();
    Nginx nginx = new Nginx(process, port);
    Ports.await(port);
    return nginx;
  }

  int port() {
    return port;
  }

  /** Master and workers. */
  List<Long> pids() {
    List<Long> pids = new ArrayList<>(List.of(process.pid()));
    process.children().forEach(child -> pids.add(child.pid()));
    return pids;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
