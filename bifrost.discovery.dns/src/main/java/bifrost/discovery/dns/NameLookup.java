package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;

/**
 * Looks one configured name up: completes it with the search domains and says what an operator has
 * to know of it. For one thread.
 */
final class NameLookup {
  private final AddressLookup addresses;
  private final ServiceLookup services;

  NameLookup(AddressLookup addresses, ServiceLookup services) {
    this.addresses = addresses;
    this.services = services;
  }

  /** Asks for the name in every form until one has records. */
  Found look(DnsName wanted, ServerList servers, long deadline)
      throws NoAnswerException, InterruptedException {
    Found first = null;
    for (Name name : forms(wanted.name(), servers)) {
      Found found =
          wanted.isService() ? service(wanted, name, deadline) : host(wanted, name, deadline);
      if (!found.candidates().isEmpty() || !found.malformed().isEmpty()) {
        return found;
      }
      if (first == null || !first.exists() && found.exists()) {
        first = found;
      }
    }
    return first;
  }

  /** The absolute names that a name may stand for, in the order of asking. */
  static List<Name> forms(Name name, ServerList servers) {
    if (name.isAbsolute()) {
      return List.of(name);
    }
    List<Name> completed = new ArrayList<>();
    for (Name domain : servers.search()) {
      complete(name, domain, completed);
    }
    boolean asItIsFirst = name.labels() - 1 >= servers.dots();
    complete(name, Name.root, completed);
    if (asItIsFirst) {
      completed.addFirst(completed.removeLast());
    }
    return completed;
  }

  private static void complete(Name name, Name domain, List<Name> completed) {
    try {
      completed.add(Name.concatenate(name, domain));
    } catch (NameTooLongException e) {
      // that form cannot exist
    }
  }

  private Found host(DnsName wanted, Name name, long deadline)
      throws NoAnswerException, InterruptedException {
    AddressLookup.Addresses answer = addresses.look(name, deadline);
    Set<Candidate> candidates = new LinkedHashSet<>();
    List<String> malformed = new ArrayList<>();
    for (InetAddress address : answer.addresses()) {
      ServiceLookup.add(address, wanted.port(), candidates, malformed);
    }
    String problem = "";
    if (answer.addresses().isEmpty()) {
      problem =
          answer.alias().equals(name)
              ? none(wanted, answer.exists(), "A or AAAA")
              : "dns_names: '%s' is an alias (CNAME) of %s, which has no address: name A or AAAA records"
                  .formatted(wanted.text(), answer.alias());
    }
    return new Found(candidates, answer.ttl(), answer.exists(), malformed, problem);
  }

  private Found service(DnsName wanted, Name name, long deadline)
      throws NoAnswerException, InterruptedException {
    ServiceLookup.Targets answer = services.look(name, deadline);
    boolean isEmpty = answer.candidates().isEmpty() && answer.malformed().isEmpty();
    String problem = answer.notAsked();
    if (problem.isEmpty() && isEmpty) {
      problem = none(wanted, answer.exists(), "SRV");
    }
    return new Found(
        answer.candidates(), answer.ttl(), answer.exists(), answer.malformed(), problem);
  }

  private static String none(DnsName wanted, boolean exists, String types) {
    return exists
        ? "dns_names: '%s' exists but has no %s record".formatted(wanted.text(), types)
        : "dns_names: '%s' does not exist".formatted(wanted.text());
  }
}
