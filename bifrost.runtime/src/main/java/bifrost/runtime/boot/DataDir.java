package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The node's data directory, held by this process alone until it is closed. */
final class DataDir implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel channel;

  private DataDir(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the directory where needed, and locks it.
   *
   * @throws InvalidConfigException when it cannot be used, or another process uses it
   */
  static DataDir open(Path path) {
    Path directory = path.toAbsolutePath().normalize();
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(directory, holder(channel));
      }
      channel.truncate(0);
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return new DataDir(directory, channel);
    } catch (OverlappingFileLockException e) {
      close(channel);
      throw taken(directory, "this process");
    } catch (InvalidConfigException e) {
      close(channel);
      throw e;
    } catch (IOException e) {
      close(channel);
      throw new InvalidConfigException(
          "bifrost.data",
          "data directory %s cannot be used: %s. Make it writable, or name another with --data"
              .formatted(directory, e));
    }
  }

  Path path() {
    return path;
  }

  /** Gives the directory up; the lock goes with the channel. */
  @Override
  public void close() {
    close(channel);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return pid.matches("[0-9]+") ? "process " + pid : "another process";
  }

  private static InvalidConfigException taken(Path directory, String holder) {
    return new InvalidConfigException(
        "bifrost.data",
        "data directory %s is in use by %s. Stop that one, or name another directory with --data"
            .formatted(directory, holder));
  }

  private static void close(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // nothing was written through it that matters
      }
    }
  }
}
