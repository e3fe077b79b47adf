package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.Candidate;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.CommunicationException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.directory.InitialDirContext;

/** Whether the names that discovery by DNS asks for have addresses. */
final class DnsCheck {
  private static final String DNS = "dns";
  private static final int MAX_NAMES = 16;
  private static final String[] TYPES = {"SRV", "A", "AAAA", "CNAME"};

  private DnsCheck() {}

  static List<Symptom> check(MeshProperties discovery, Duration limit) {
    List<Candidate> servers = discovery.addresses("dns_servers", 53);
    List<String> names = discovery.texts("dns_names");
    List<Symptom> symptoms = new ArrayList<>();
    for (String name : names.subList(0, Math.min(MAX_NAMES, names.size()))) {
      try {
        Attributes found = ask(servers, name, limit.dividedBy(4L * Math.max(1, names.size())));
        if (found.size() == 0) {
          symptoms.add(nobody(name, "it exists and has no SRV, A or AAAA record"));
        } else if (found.size() == 1 && found.get("CNAME") != null) {
          symptoms.add(nobody(name, "it has a CNAME only"));
        }
      } catch (NameNotFoundException e) {
        symptoms.add(nobody(name, "it does not exist"));
      } catch (CommunicationException e) {
        symptoms.add(unreachable(servers, name, "no answer: " + e.getMessage()));
      } catch (NamingException e) {
        symptoms.add(unreachable(servers, name, e.getMessage()));
      }
    }
    return symptoms;
  }

  private static Attributes ask(List<Candidate> servers, String name, Duration limit)
      throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
    environment.put("com.sun.jndi.dns.timeout.initial", Long.toString(limit.toMillis()));
    environment.put("com.sun.jndi.dns.timeout.retries", "1");
    if (!servers.isEmpty()) {
      environment.put(
          "java.naming.provider.url",
          String.join(" ", servers.stream().map(server -> "dns://" + server.address()).toList()));
    }
    InitialDirContext context = new InitialDirContext(environment);
    try {
      return context.getAttributes(name, TYPES);
    } finally {
      context.close();
    }
  }

  private static Symptom nobody(String name, String evidence) {
    return Symptom.of(
        Fault.NO_PEERS,
        name,
        "DNS names no node under %s.".formatted(name),
        name + ": " + evidence,
        "Put the nodes' addresses there (SRV, A or AAAA), for Kubernetes by a headless service, or"
            + " mend cluster_config.discovery.dns_names.");
  }

  private static Symptom unreachable(List<Candidate> servers, String name, String evidence) {
    String who =
        servers.isEmpty()
            ? "this host's resolver"
            : String.join(", ", servers.stream().map(Candidate::address).toList());
    return Symptom.of(
        Fault.DISCOVERY_UNREACHABLE,
        DNS,
        "The DNS servers of discovery cannot be used from this host.",
        "%s asked for %s: %s".formatted(who, name, evidence),
        "Check cluster_config.discovery.dns_servers, or this host's resolver, and UDP and TCP 53 to"
            + " them.");
  }
}
