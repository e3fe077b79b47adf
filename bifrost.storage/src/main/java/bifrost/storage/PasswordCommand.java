package bifrost.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.concurrent.TimeUnit;

/**
 * Asks a command for a password each time a connection is made, for databases whose passwords are
 * short-lived tokens. The command's output without the end of line is the password.
 */
final class PasswordCommand {
  private static final int MAX_BYTES = 16 << 10;
  private static final int SECONDS = 10;

  private final String command;

  PasswordCommand(String command) {
    this.command = command;
  }

  String run() throws SQLException {
    try {
      Process process =
          new ProcessBuilder("sh", "-c", command)
              .redirectErrorStream(false)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        byte[] bytes = read(process, output);
        if (process.exitValue() != 0 || bytes.length == 0 || bytes.length > MAX_BYTES) {
          throw failure(
              "ended with status %d and %d bytes of output"
                  .formatted(process.exitValue(), bytes.length),
              null);
        }
        return new String(bytes, StandardCharsets.UTF_8).strip();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw failure("could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was interrupted", e);
    }
  }

  /** A command that ends writes little: its output waits in the pipe. */
  private static byte[] read(Process process, InputStream output)
      throws IOException, InterruptedException, SQLException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw failure("has not ended within " + SECONDS + " s", null);
    }
    return output.readNBytes(MAX_BYTES + 1);
  }

  private static SQLException failure(String what, Exception cause) {
    return new SQLTransientException("the password command " + what, "28000", cause);
  }
}
