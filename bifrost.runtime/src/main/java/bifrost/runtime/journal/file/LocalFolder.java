package bifrost.runtime.journal.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the local file system, readable by its owner only. */
public final class LocalFolder implements JournalFolder {
  private final Path path;

  /** A folder at this path; it need not exist. */
  public LocalFolder(Path path) {
    this.path = path;
  }

  @Override
  public JournalFolder folder(String name) {
    return new LocalFolder(path.resolve(name));
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public JournalFile create(String name) throws IOException {
    make(path.toAbsolutePath());
    Path file = path.resolve(name);
    try {
      Files.createFile(file, permissions("rw-------"));
    } catch (FileAlreadyExistsException e) {
      throw new IOException(file + " exists already", e);
    }
    return new LocalFile(new RandomAccessFile(file.toFile(), "rw"));
  }

  @Override
  public JournalFile open(String name) throws IOException {
    Path file = path.resolve(name);
    return new LocalFile(new RandomAccessFile(file.toFile(), Files.isWritable(file) ? "rw" : "r"));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        path.resolve(from),
        path.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path.resolve(name));
  }

  @Override
  public void sync() throws IOException {
    syncFolder(path);
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      make(parent);
    }
    Files.createDirectories(folder, permissions("rwx------"));
    if (parent != null) {
      syncFolder(parent);
    }
  }

  /** Folders are synced through a channel, which an interrupted thread would find closed. */
  private static void syncFolder(Path folder) throws IOException {
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileAttribute<?>[] permissions(String posix) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(posix))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * A file over {@link RandomAccessFile}: unlike a channel it is not closed when a thread that uses
   * it is interrupted, and appending threads are those of requests.
   */
  private record LocalFile(RandomAccessFile file) implements JournalFile {
    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
      file.seek(position);
      file.write(bytes, offset, length);
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      file.seek(position);
      return file.read(bytes, offset, length);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.setLength(size);
    }

    @Override
    public void sync() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
