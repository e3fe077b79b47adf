package bifrost.runtime.journal.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that can be full, read-only, fail to sync, kill the process in the middle of any
 * change, and lose what was not synced in a power cut. Safe for several threads.
 */
public final class SimulatedDisk {
  private static final int SECTOR = 512;

  /** The process died here. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class Content {
    byte[] cache = new byte[0];
    byte[] durable = new byte[0];
  }

  private final Map<String, Content> files = new TreeMap<>();
  private final Map<String, Content> durableNames = new HashMap<>();
  private final Random random;
  private long capacity = Long.MAX_VALUE;
  private long crashAfter = Long.MAX_VALUE;
  private boolean readOnly;
  private boolean syncFails;

  /** An empty disk. */
  public SimulatedDisk(long seed) {
    random = new Random(seed);
  }

  /** Its top folder. */
  public JournalFolder root() {
    return new Folder("");
  }

  /** Makes room for so many bytes in all. */
  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /** Refuses every change. */
  public synchronized void readOnly(boolean on) {
    readOnly = on;
  }

  /** Lets syncs fail. */
  public synchronized void syncFails(boolean on) {
    syncFails = on;
  }

  /** Kills the process in the middle of the n-th change from now. */
  public synchronized void crashAfter(long changes) {
    crashAfter = changes;
  }

  /** What is on it. */
  public synchronized long used() {
    return files.values().stream().mapToLong(content -> content.cache.length).sum();
  }

  /** The paths of all files. */
  public synchronized List<String> paths() {
    return List.copyOf(files.keySet());
  }

  /** The bytes of a file, to be read or damaged. */
  public synchronized byte[] bytes(String path) {
    return files.get(path).cache;
  }

  /** Replaces a file. */
  public synchronized void put(String path, byte[] bytes) {
    Content content = new Content();
    content.cache = bytes;
    content.durable = bytes.clone();
    files.put(path, content);
    durableNames.put(path, content);
  }

  /** Everything that was not synced is lost, or not, sector by sector and name by name. */
  public synchronized void cutPower() {
    crashAfter = Long.MAX_VALUE;
    Map<String, Content> left = new TreeMap<>(durableNames);
    for (String path : files.keySet()) {
      if (!durableNames.containsKey(path) && random.nextBoolean()) {
        left.put(path, files.get(path));
      }
    }
    for (String path : durableNames.keySet()) {
      if (!files.containsKey(path) && random.nextBoolean()) {
        left.remove(path);
      }
    }
    left.values().forEach(this::cutPower);
    files.clear();
    files.putAll(left);
    durableNames.clear();
    durableNames.putAll(left);
  }

  private void cutPower(Content content) {
    int length = random.nextBoolean() ? content.cache.length : content.durable.length;
    byte[] left = new byte[length];
    for (int at = 0; at < length; at += SECTOR) {
      byte[] from = random.nextBoolean() ? content.cache : content.durable;
      int count = Math.min(SECTOR, Math.min(length, from.length) - at);
      if (count > 0) {
        System.arraycopy(from, at, left, at, count);
      }
    }
    content.cache = left;
    content.durable = left.clone();
  }

  private void change() throws IOException {
    if (readOnly) {
      throw new IOException("Read-only file system");
    }
    if (--crashAfter < 0) {
      throw new Crash();
    }
  }

  private final class Folder implements JournalFolder {
    private final String prefix;

    Folder(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public JournalFolder folder(String name) {
      return new Folder(prefix + name + "/");
    }

    @Override
    public List<String> list() {
      synchronized (SimulatedDisk.this) {
        List<String> names = new ArrayList<>();
        for (String path : files.keySet()) {
          if (path.startsWith(prefix)) {
            String name = path.substring(prefix.length()).replaceFirst("/.*", "");
            if (!names.contains(name)) {
              names.add(name);
            }
          }
        }
        return names;
      }
    }

    @Override
    public JournalFile create(String name) throws IOException {
      synchronized (SimulatedDisk.this) {
        change();
        if (files.containsKey(prefix + name)) {
          throw new IOException(prefix + name + " exists");
        }
        if (capacity < Long.MAX_VALUE && used() >= capacity) {
          throw new IOException("No space left on device");
        }
        Content content = new Content();
        files.put(prefix + name, content);
        return new OpenFile(content);
      }
    }

    @Override
    public JournalFile open(String name) throws IOException {
      synchronized (SimulatedDisk.this) {
        Content content = files.get(prefix + name);
        if (content == null) {
          throw new FileNotFoundException(prefix + name);
        }
        return new OpenFile(content);
      }
    }

    @Override
    public void rename(String from, String to) throws IOException {
      synchronized (SimulatedDisk.this) {
        change();
        Content content = files.remove(prefix + from);
        if (content == null) {
          throw new FileNotFoundException(prefix + from);
        }
        files.put(prefix + to, content);
      }
    }

    @Override
    public void delete(String name) throws IOException {
      synchronized (SimulatedDisk.this) {
        if (files.containsKey(prefix + name)) {
          change();
          files.remove(prefix + name);
        }
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimulatedDisk.this) {
        change();
        failSync();
        durableNames.keySet().removeIf(path -> isHere(path) && !files.containsKey(path));
        files.forEach(
            (path, content) -> {
              if (isHere(path)) {
                durableNames.put(path, content);
              }
            });
      }
    }

    @Override
    public String toString() {
      return "/" + prefix;
    }

    private boolean isHere(String path) {
      return path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0;
    }
  }

  private void failSync() throws IOException {
    if (syncFails) {
      throw new IOException("Input/output error");
    }
  }

  private final class OpenFile implements JournalFile {
    private final Content content;

    OpenFile(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return content.cache.length;
      }
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
      synchronized (SimulatedDisk.this) {
        int written = length;
        Throwable failure = null;
        try {
          change();
        } catch (Crash | IOException e) {
          failure = e;
          written = readOnly ? 0 : random.nextInt(length + 1);
        }
        long growth = position + written - content.cache.length;
        if (growth > 0 && capacity < Long.MAX_VALUE && used() + growth > capacity) {
          written = (int) Math.max(0, written - (used() + growth - capacity));
          failure = failure == null ? new IOException("No space left on device") : failure;
        }
        int end = (int) position + written;
        if (end > content.cache.length) {
          content.cache = Arrays.copyOf(content.cache, end);
        }
        System.arraycopy(bytes, offset, content.cache, (int) position, written);
        if (failure instanceof Crash crash) {
          throw crash;
        } else if (failure instanceof IOException io) {
          throw io;
        }
      }
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) {
      synchronized (SimulatedDisk.this) {
        int count = (int) Math.min(length, content.cache.length - position);
        if (count <= 0) {
          return -1;
        }
        System.arraycopy(content.cache, (int) position, bytes, offset, count);
        return count;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimulatedDisk.this) {
        change();
        content.cache = Arrays.copyOf(content.cache, (int) Math.min(size, content.cache.length));
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimulatedDisk.this) {
        change();
        failSync();
        content.durable = content.cache.clone();
      }
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
