package bifrost.admin.shell.client;

import bifrost.admin.shell.wire.ShellAddress;
import bifrost.admin.shell.wire.ShellProtocol;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UTFDataFormatException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The other end of {@code bifrost shell}: sends one command, or those it reads, to the node and
 * prints the answers. Runs outside the framework, from the bundle's jar alone.
 */
public final class ShellClient {
  /** No node runs with that data folder. */
  static final int NO_NODE = 4;

  private final DataInputStream in;
  private final DataOutputStream out;
  private final PrintStream output;
  private final PrintStream errors;

  private ShellClient(Socket socket, PrintStream output, PrintStream errors) throws IOException {
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
    this.output = output;
    this.errors = errors;
  }

  /**
   * Called by {@code bin/bifrost}.
   *
   * @param args the file with the node's address, then the command's words, if any
   */
  public static void main(String[] args) {
    String command = String.join(" ", Arrays.copyOfRange(args, 1, args.length));
    System.exit(run(Path.of(args[0]), command, System.in, System.out, System.err));
  }

  /**
   * Runs one command, or all that are read when it is blank.
   *
   * @return the exit status
   */
  static int run(
      Path file, String command, InputStream input, PrintStream output, PrintStream errors) {
    ShellAddress address;
    try {
      address = ShellAddress.read(file);
    } catch (IOException e) {
      errors.println("bifrost: no node runs with the data folder " + folder(file));
      return NO_NODE;
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.port())) {
      socket.setTcpNoDelay(true);
      ShellClient client = new ShellClient(socket, output, errors);
      int status = client.send(address.token());
      if (status != 0) {
        return status;
      }
      return command.isBlank() ? client.readCommands(input) : client.send(command);
    } catch (ConnectException e) {
      errors.println("bifrost: no node runs any more with the data folder " + folder(file));
      return NO_NODE;
    } catch (UTFDataFormatException e) {
      errors.println("bifrost: the command is longer than 65535 bytes");
      return 1;
    } catch (IOException e) {
      errors.println("bifrost: the node closed the connection");
      return 1;
    }
  }

  private int readCommands(InputStream input) throws IOException {
    boolean prompt = Boolean.getBoolean("bifrost.shell.prompt");
    BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    int status = 0;
    while (true) {
      if (prompt) {
        output.print("bifrost> ");
        output.flush();
      }
      String line = lines.readLine();
      if (line == null || line.strip().equals("exit")) {
        return status;
      }
      if (!line.isBlank()) {
        status = send(line);
      }
    }
  }

  private int send(String text) throws IOException {
    out.writeUTF(text);
    out.flush();
    return ShellProtocol.copy(in, output, errors);
  }

  private static Path folder(Path file) {
    Path run = file.toAbsolutePath().getParent();
    return run.getParent() == null ? run : run.getParent();
  }
}
