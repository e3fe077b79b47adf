package bifrost.runtime.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files so that a crash leaves the old content or the new one, on disk. */
public final class DurableFile {
  private DurableFile() {}

  /** Writes the content of a file. */
  public interface Content {
    /** Writes it; the stream is closed by the caller. */
    void write(OutputStream out) throws IOException;
  }

  /** Replaces a file's content; only its owner may read it. */
  public static void write(Path file, String content) throws IOException {
    write(file, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Replaces a file's content; only its owner may read it. What fails leaves the old content. */
  public static void write(Path file, Content content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    create(fresh);
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        content.write(Channels.newOutputStream(channel));
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    force(file.toAbsolutePath().getParent());
  }

  private static void create(Path file) throws IOException {
    if (isPosix(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  /** A rename is durable once its directory is. */
  private static void force(Path directory) throws IOException {
    if (isPosix(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
