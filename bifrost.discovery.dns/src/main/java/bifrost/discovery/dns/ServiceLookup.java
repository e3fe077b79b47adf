package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Finds the SRV records of a name and the addresses of their targets, which are taken from the
 * additional section where the server put them. Priority and weight say nothing here: every target
 * is a peer.
 */
final class ServiceLookup {
  /** How many targets without an address in the answer are asked for. */
  private static final int MAX_ASKED = 512;

  private static final int ASKED_AT_ONCE = 16;

  private final Asking dns;
  private final AddressLookup addresses;
  private final ExecutorService threads;

  ServiceLookup(Asking dns, AddressLookup addresses, ExecutorService threads) {
    this.dns = dns;
    this.addresses = addresses;
    this.threads = threads;
  }

  /**
   * The targets of a name.
   *
   * @param candidates their addresses and ports
   * @param exists false when there is no such name
   * @param ttl for how many seconds this holds
   * @param malformed what was wrong with targets that are left out
   * @param notAsked why some of the targets have no address yet; empty when all were asked for
   */
  record Targets(
      Set<Candidate> candidates,
      boolean exists,
      long ttl,
      List<String> malformed,
      String notAsked) {}

  Targets look(Name name, long deadline) throws NoAnswerException, InterruptedException {
    Message message = dns.ask(name, Type.SRV, deadline);
    Answer answer = Answer.read(message, name, Type.SRV);
    List<String> malformed = new ArrayList<>();
    Map<Name, List<InetAddress>> known = glue(message);
    Map<Name, Set<Integer>> unknown = new LinkedHashMap<>();
    Set<Candidate> candidates = new LinkedHashSet<>();
    for (Record each : answer.records()) {
      SRVRecord record = (SRVRecord) each;
      if (record.getTarget().equals(Name.root)) {
        continue; // says that the service is not there
      }
      if (record.getPort() == 0) {
        malformed.add("SRV target " + record.getTarget() + " has port 0");
        continue;
      }
      List<InetAddress> glue = known.get(record.getTarget());
      if (glue == null) {
        unknown
            .computeIfAbsent(record.getTarget(), target -> new LinkedHashSet<>())
            .add(record.getPort());
      } else {
        glue.forEach(address -> add(address, record.getPort(), candidates, malformed));
      }
    }
    String notAsked = resolve(unknown, deadline, candidates, malformed);
    return new Targets(candidates, answer.exists(), answer.ttl(), malformed, notAsked);
  }

  /** Asks for the addresses of targets, some at a time. */
  private String resolve(
      Map<Name, Set<Integer>> targets,
      long deadline,
      Set<Candidate> candidates,
      List<String> malformed)
      throws InterruptedException {
    Semaphore turns = new Semaphore(ASKED_AT_ONCE);
    Map<Name, Future<AddressLookup.Addresses>> asked = new LinkedHashMap<>();
    targets.keySet().stream()
        .limit(MAX_ASKED)
        .forEach(
            target -> asked.put(target, threads.submit(() -> inTurn(turns, target, deadline))));
    String notAsked =
        targets.size() > MAX_ASKED
            ? "%d SRV targets have no address in the answer, %d of them were asked for"
                .formatted(targets.size(), MAX_ASKED)
            : "";
    for (Map.Entry<Name, Future<AddressLookup.Addresses>> each : asked.entrySet()) {
      try {
        List<InetAddress> found = each.getValue().get().addresses();
        if (found.isEmpty()) {
          malformed.add("SRV target " + each.getKey() + " has no address");
        }
        for (InetAddress address : found) {
          targets.get(each.getKey()).forEach(port -> add(address, port, candidates, malformed));
        }
      } catch (ExecutionException e) {
        notAsked = "SRV target " + each.getKey() + ": " + e.getCause().getMessage();
      }
    }
    return notAsked;
  }

  private AddressLookup.Addresses inTurn(Semaphore turns, Name target, long deadline)
      throws NoAnswerException, InterruptedException {
    turns.acquire();
    try {
      return addresses.look(target, deadline);
    } finally {
      turns.release();
    }
  }

  /** The addresses that the server sent along. */
  private static Map<Name, List<InetAddress>> glue(Message message) {
    Map<Name, List<InetAddress>> glue = new LinkedHashMap<>();
    for (Record record : message.getSection(Section.ADDITIONAL)) {
      if (record instanceof ARecord || record instanceof AAAARecord) {
        glue.computeIfAbsent(record.getName(), name -> new ArrayList<>())
            .add(AddressLookup.of(record));
      }
    }
    return glue;
  }

  /** Adds a peer, unless nobody can be at its address. */
  static void add(
      InetAddress address, int port, Set<Candidate> candidates, List<String> malformed) {
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      malformed.add("nobody can be at " + address.getHostAddress());
    } else {
      candidates.add(Candidate.of(address.getHostAddress(), port));
    }
  }
}
