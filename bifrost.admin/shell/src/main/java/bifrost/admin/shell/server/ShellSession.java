package bifrost.admin.shell.server;

import bifrost.admin.shell.wire.ShellProtocol;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/**
 * One connection: checks the token, then runs commands one after the other.
 *
 * <p>Two threads: one reads, so that a client that goes away interrupts its command; the other runs
 * the commands.
 */
final class ShellSession implements AutoCloseable {
  private static final int TOKEN_TIMEOUT_MS = 5_000;
  private static final int IDLE_TIMEOUT_MS = 30 * 60 * 1_000;

  private final Socket socket;
  private final String token;
  private final CommandProcessor processor;
  private final BlockingQueue<String> commands = new SynchronousQueue<>();
  private final ReentrantLock writing = new ReentrantLock();

  ShellSession(Socket socket, String token, CommandProcessor processor) {
    this.socket = socket;
    this.token = token;
    this.processor = processor;
  }

  /** Serves the connection to its end. */
  void serve() throws IOException {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TOKEN_TIMEOUT_MS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      if (!isToken(in.readUTF())) {
        ShellProtocol.error(out, "bifrost: the node does not accept this token");
        ShellProtocol.done(out, 1);
        return;
      }
      ShellProtocol.done(out, 0);
      socket.setSoTimeout(IDLE_TIMEOUT_MS);
      Thread runner =
          Thread.ofPlatform().daemon().name("shell-" + socket.getPort()).start(() -> run(out));
      try {
        while (true) {
          commands.put(in.readUTF());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        runner.interrupt();
      }
    }
  }

  /** Ends the connection, and with it the command that runs. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }

  private boolean isToken(String candidate) {
    return MessageDigest.isEqual(
        candidate.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  private void run(DataOutputStream out) {
    PrintStream output = stream(out, ShellProtocol.OUTPUT);
    PrintStream errors = stream(out, ShellProtocol.ERROR);
    try (CommandSession session =
        processor.createSession(InputStream.nullInputStream(), output, errors)) {
      while (!Thread.currentThread().isInterrupted()) {
        int status = execute(session, commands.take(), output, errors);
        output.flush();
        errors.flush();
        ShellProtocol.done(out, status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      close();
    }
  }

  private PrintStream stream(DataOutputStream out, byte type) {
    return new PrintStream(
        new BufferedOutputStream(new FrameStream(out, type, writing)),
        true,
        StandardCharsets.UTF_8);
  }

  private static int execute(
      CommandSession session, String command, PrintStream output, PrintStream errors)
      throws InterruptedException {
    try {
      Object result = session.execute(command);
      if (result != null) {
        output.println(session.format(result, Converter.INSPECT));
      }
      return 0;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | LinkageError e) {
      errors.println(e.getMessage() == null ? e.toString() : e.getMessage());
      return 1;
    }
  }
}
