package bifrost.admin.shell.server;

import bifrost.admin.shell.wire.ShellAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code ./bifrost shell} in: a free port on the loopback address, opened by a token that lies
 * in {@code run/shell} of the data folder, readable by the node's user alone.
 */
@Component(
    service = {},
    immediate = true)
public class ShellServer {
  private static final Logger LOG = LoggerFactory.getLogger(ShellServer.class);
  private static final int MAX_SESSIONS = 8;

  private final CommandProcessor processor;
  private final Path file;
  private final ServerSocket listener;
  private final ShellAddress address;
  private final Set<ShellSession> sessions = ConcurrentHashMap.newKeySet();

  /** Opens the port and says where it is. */
  @Activate
  public ShellServer(
      BundleContext context, @Reference(name = "processor") CommandProcessor processor)
      throws IOException {
    this(dataFolder(context).resolve("run").resolve("shell"), processor);
  }

  ShellServer(Path file, CommandProcessor processor) throws IOException {
    this.processor = processor;
    this.file = file;
    this.listener = new ServerSocket(0, MAX_SESSIONS, InetAddress.getLoopbackAddress());
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    this.address = new ShellAddress(listener.getLocalPort(), HexFormat.of().formatHex(secret));
    try {
      address.write(file);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    Thread.ofPlatform().daemon().name("shell-accept").start(this::accept);
  }

  private static Path dataFolder(BundleContext context) {
    String folder = context.getProperty("bifrost.data");
    return Path.of(folder == null || folder.isBlank() ? "data" : folder);
  }

  @Deactivate
  void stop() {
    try {
      listener.close();
      if (Files.exists(file) && ShellAddress.read(file).equals(address)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.debug("the shell's address {} stays", file, e);
    }
    sessions.forEach(ShellSession::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        if (sessions.size() >= MAX_SESSIONS) {
          LOG.warn("shell: more than {} sessions, one is refused", MAX_SESSIONS);
          socket.close();
          continue;
        }
        ShellSession session = new ShellSession(socket, address.token(), processor);
        sessions.add(session);
        Thread.ofPlatform().daemon().name("shell-read").start(() -> serve(session));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.warn("shell: a connection failed: {}", e.getMessage());
        }
      }
    }
  }

  private void serve(ShellSession session) {
    try {
      session.serve();
    } catch (IOException e) {
      LOG.trace("a shell session ended", e);
    } finally {
      sessions.remove(session);
    }
  }
}
