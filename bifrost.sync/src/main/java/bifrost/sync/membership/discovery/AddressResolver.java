package bifrost.sync.membership.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks names up, many at a time and within a limit; a name without an answer keeps its last
 * addresses. For one thread.
 */
final class AddressResolver {
  private static final Logger LOG = LoggerFactory.getLogger(AddressResolver.class);
  private static final int MAX_NAMES = 256;
  private static final int AT_ONCE = 16;

  private final Lookup lookup;
  private final Duration patience;
  private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();
  private final Set<String> unresolved = new HashSet<>();

  /** How a name is looked up. */
  interface Lookup {
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  AddressResolver(Lookup lookup, Duration patience) {
    this.lookup = lookup;
    this.patience = patience;
  }

  /** The addresses of each host; hosts without any are left out. */
  Map<String, List<InetAddress>> resolve(Collection<String> hosts) throws InterruptedException {
    Map<String, List<InetAddress>> resolved = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (String host : hosts) {
      AddressSpace.literal(host)
          .ifPresentOrElse(
              address -> resolved.put(host, List.of(address)),
              () -> {
                if (names.size() < MAX_NAMES) {
                  names.add(host);
                }
              });
    }
    Set<String> failed = lookUp(names);
    for (String name : names) {
      List<InetAddress> addresses = known.get(name);
      if (addresses != null) {
        resolved.put(name, addresses);
      }
    }
    report(failed);
    known.keySet().retainAll(names);
    return resolved;
  }

  private Set<String> lookUp(Set<String> names) throws InterruptedException {
    Set<String> waiting = ConcurrentHashMap.newKeySet();
    waiting.addAll(names);
    Semaphore turns = new Semaphore(AT_ONCE);
    List<Thread> threads = new ArrayList<>();
    for (String name : names) {
      threads.add(
          Thread.ofVirtual()
              .name("bifrost-discovery-resolver")
              .start(
                  () -> {
                    turns.acquireUninterruptibly();
                    try {
                      known.put(name, Arrays.asList(lookup.addresses(name)));
                      waiting.remove(name);
                    } catch (UnknownHostException e) {
                      // it stays among those that wait
                    } finally {
                      turns.release();
                    }
                  }));
    }
    long end = System.nanoTime() + patience.toNanos();
    for (Thread thread : threads) {
      thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
    return Set.copyOf(waiting);
  }

  private void report(Set<String> failed) {
    for (String name : failed) {
      if (unresolved.add(name)) {
        LOG.warn("{}: this peer's name cannot be resolved; it is tried again", name);
      }
    }
    unresolved.retainAll(failed);
  }
}
