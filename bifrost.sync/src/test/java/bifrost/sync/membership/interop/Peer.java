package bifrost.sync.membership.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** A node in a process, ours or Go's, and all that it said. */
public final class Peer implements AutoCloseable {
  private final String name;
  private final Process process;
  private final PrintStream commands;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private final long startedAt = System.nanoTime();
  private final List<Long> times = new ArrayList<>();
  private String address = "";

  private Peer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Starts a node and waits until it listens. */
  public static Peer start(List<String> program, String name, String bind, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(program);
    command.add("-name=" + name);
    command.add("-bind=" + bind);
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Peer peer = new Peer(name, process);
    Thread.ofVirtual().start(peer::read);
    String ready = peer.await(line -> line.startsWith("READY "), 0, 30);
    peer.address =
        (bind.contains(":") ? "[" + bind + "]" : bind) + ":" + ready.substring("READY ".length());
    return peer;
  }

  public String name() {
    return name;
  }

  public String address() {
    return address;
  }

  /** How many lines it has said; where to look for news after something was done. */
  public int mark() {
    lock.lock();
    try {
      return lines.size();
    } finally {
      lock.unlock();
    }
  }

  /** Gives a command and waits for its answer, which is returned. */
  public String tell(String command) throws InterruptedException {
    int mark = mark();
    commands.println(command);
    String answer =
        await(
            line -> line.equals("OK") || line.startsWith("ERROR") || line.startsWith("MEMBERS"),
            mark,
            20);
    if (answer.startsWith("ERROR")) {
      throw new AssertionError(name + ": " + command + ": " + answer);
    }
    return answer;
  }

  /** Waits until it sees exactly these members. */
  public void awaitMembers(String names, int seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    String seen = "";
    while (System.nanoTime() < deadline) {
      seen = tell("members");
      if (seen.equals("MEMBERS " + names)) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError(name + " sees " + seen + ", not " + names + "; said " + lines);
  }

  /** Waits for a line that starts so, said after a mark. */
  public String await(String start, int mark, int seconds) throws InterruptedException {
    return await(line -> (line + " ").startsWith(start), mark, seconds);
  }

  /** Whether it has said such a line after a mark. */
  public boolean said(String start, int mark) {
    lock.lock();
    try {
      return lines.subList(mark, lines.size()).stream()
          .anyMatch(line -> (line + " ").startsWith(start));
    } finally {
      lock.unlock();
    }
  }

  /** When it first said such a line after a mark, in nanoseconds of this JVM; or -1. */
  public long when(String start, int mark) {
    lock.lock();
    try {
      for (int i = mark; i < lines.size(); i++) {
        if ((lines.get(i) + " ").startsWith(start)) {
          return startedAt + times.get(i);
        }
      }
      return -1;
    } finally {
      lock.unlock();
    }
  }

  private String await(Predicate<String> wanted, int mark, int seconds)
      throws InterruptedException {
    long left = TimeUnit.SECONDS.toNanos(seconds);
    int next = mark;
    lock.lock();
    try {
      while (true) {
        for (; next < lines.size(); next++) {
          if (wanted.test(lines.get(next))) {
            return lines.get(next);
          }
        }
        if (left <= 0 || !process.isAlive() && next == lines.size()) {
          throw new AssertionError(
              name + " did not say it within " + seconds + " s; said " + lines);
        }
        left = more.awaitNanos(Math.min(left, 200_000_000L)) > 0 ? left : left - 200_000_000L;
      }
    } finally {
      lock.unlock();
    }
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lock.lock();
        try {
          lines.add(line);
          times.add(System.nanoTime() - startedAt);
          more.signalAll();
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException e) {
      // its end
    }
  }

  /** Ends it as {@code kill -9} does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops it, as {@code kill -STOP} does. */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on. */
  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
