package bifrost.admin.shell.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.shell.client.ShellClientRun;
import bifrost.admin.shell.wire.ShellAddress;
import bifrost.admin.shell.wire.ShellProtocol;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellServerTest {
  private final FakeProcessor processor = new FakeProcessor();
  private Path file;
  private ShellServer server;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("run").resolve("shell");
    server = new ShellServer(file, processor);
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void aCommandIsRunAndItsAnswerPrinted() {
    ShellClientRun run = ShellClientRun.of(file, "echo héllo", "");
    assertEquals(0, run.status());
    assertEquals("printed\nhéllo\n", run.output());
  }

  @Test
  void aFailedCommandHasItsMessageAndStatus() {
    ShellClientRun run = ShellClientRun.of(file, "fail no such thing", "");
    assertEquals(1, run.status());
    assertEquals("no such thing\n", run.errors());
  }

  @Test
  void commandsAreReadUntilExit() {
    ShellClientRun run = ShellClientRun.of(file, "", "echo a\n\nfail b\necho c\nexit\necho d\n");
    assertEquals("printed\na\nprinted\nc\n", run.output());
    assertEquals("b\n", run.errors());
    assertEquals(0, run.status());
  }

  @Test
  void anAnswerLargerThanAFrameArrivesWhole() {
    ShellClientRun run = ShellClientRun.of(file, "large " + (3 * ShellProtocol.MAX_FRAME), "");
    assertEquals(3 * ShellProtocol.MAX_FRAME + 1, run.output().length());
  }

  @Test
  void aWrongTokenRunsNothing() throws IOException {
    try (Socket socket = connect()) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeUTF("0000");
      int status =
          ShellProtocol.copy(
              new DataInputStream(socket.getInputStream()),
              OutputStream.nullOutputStream(),
              OutputStream.nullOutputStream());
      assertEquals(1, status);
      assertEquals(-1, socket.getInputStream().read());
    }
    assertEquals(0, processor.executed());
  }

  @Test
  void theTokenIsReadableByItsOwnerAlone() throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertFalse(ShellAddress.read(file).toString().contains(ShellAddress.read(file).token()));
  }

  @Test
  void aClientThatGoesAwayInterruptsItsCommand() throws Exception {
    try (Socket socket = connect()) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeUTF(ShellAddress.read(file).token());
      out.writeUTF("wait");
      assertTrue(processor.waiting.await(10, TimeUnit.SECONDS));
    }
    assertTrue(processor.interrupted.await(10, TimeUnit.SECONDS));
  }

  @Test
  void aStopEndsSessionsAndRemovesTheAddress() throws Exception {
    try (Socket socket = connect()) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeUTF(ShellAddress.read(file).token());
      out.writeUTF("wait");
      assertTrue(processor.waiting.await(10, TimeUnit.SECONDS));
      server.stop();
      assertTrue(processor.interrupted.await(10, TimeUnit.SECONDS));
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void withoutANodeTheClientSaysSo() {
    server.stop();
    ShellClientRun run = ShellClientRun.of(file, "echo a", "");
    assertEquals(4, run.status());
    assertTrue(run.errors().contains("no node runs with the data folder " + folder));
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), ShellAddress.read(file).port());
  }
}
