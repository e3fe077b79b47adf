package bifrost.admin.shell.wire;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a node's shell listens and what opens it, as kept in {@code run/shell} of the data folder.
 * Only the user who runs the node can read that file, which is what keeps others out.
 *
 * @param port the port on the loopback address
 * @param token what a client must send first
 */
public record ShellAddress(int port, String token) {
  /** Reads the file of a running node. */
  public static ShellAddress read(Path file) throws IOException {
    String[] words = Files.readString(file).strip().split(" ");
    try {
      if (words.length == 2) {
        return new ShellAddress(Integer.parseInt(words[0]), words[1]);
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IOException(file + " is no shell address");
  }

  /** Writes the file, readable by its owner alone from its first moment. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(whole);
    Files.createFile(whole, attributes);
    Files.writeString(whole, port + " " + token + "\n");
    Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Says nothing of the token. */
  @Override
  public String toString() {
    return "port " + port;
  }
}
