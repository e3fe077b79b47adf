package bifrost.discovery.dns;

import static bifrost.discovery.dns.Messages.name;
import static bifrost.discovery.dns.Messages.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class NameLookupTest {
  private static final ServerList ABSOLUTE = servers(0);

  private final Map<String, Message> answers = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Asking dns = this::ask;
  private final AddressLookup addresses = new AddressLookup(dns, threads);
  private final NameLookup lookup =
      new NameLookup(addresses, new ServiceLookup(dns, addresses, threads));

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void addressesOfBothFamiliesAreCandidatesAtTheNamesPort() throws Exception {
    say("a.test.", "A", Messages.answer(record("a.test.", 9, "A", "10.0.0.1")));
    say("a.test.", "AAAA", Messages.answer(record("a.test.", 4, "AAAA", "fd00::1")));
    Found found = look("a.test.:7");
    assertEquals(
        Set.of(Candidate.of("10.0.0.1", 7), Candidate.of("fd00:0:0:0:0:0:0:1", 7)),
        found.candidates());
    assertEquals(4, found.ttl());
    assertEquals("", found.problem());
  }

  @Test
  void oneFamilyIsEnoughWhenTheOtherFails() throws Exception {
    say("a.test.", "A", Messages.answer(record("a.test.", 9, "A", "10.0.0.1")));
    answers.remove("a.test. AAAA");
    assertEquals(Set.of(Candidate.of("10.0.0.1", 7)), look("a.test.:7").candidates());
  }

  @Test
  void noAnswerIsNoEmptyAnswer() {
    assertThrows(NoAnswerException.class, () -> look("a.test."));
    say("a.test.", "AAAA", Messages.negative(Rcode.NOERROR, 5));
    assertThrows(NoAnswerException.class, () -> look("a.test."), "A may have records");
  }

  @Test
  void aNameThatIsMissingOrEmptyIsSaidAndHoldsForItsNegativeTtl() throws Exception {
    nothing("a.test.", Rcode.NXDOMAIN);
    Found missing = look("a.test.");
    assertEquals(Set.of(), missing.candidates());
    assertEquals(5, missing.ttl());
    assertEquals("dns_names: 'a.test.' does not exist", missing.problem());
    nothing("a.test.", Rcode.NOERROR);
    assertEquals(
        "dns_names: 'a.test.' exists but has no A or AAAA record", look("a.test.").problem());
  }

  @Test
  void anAliasThatLeadsNowhereIsReportedAsSuch() throws Exception {
    for (String type : List.of("A", "AAAA")) {
      say("a.test.", type, Messages.answer(record("a.test.", 9, "CNAME", "lb.example.net.")));
    }
    nothing("lb.example.net.", Rcode.NXDOMAIN);
    Found found = look("a.test.");
    assertEquals(Set.of(), found.candidates());
    assertTrue(found.problem().contains("alias (CNAME) of lb.example.net."), found.problem());
  }

  @Test
  void anAliasThatTheServerDidNotFollowIsAskedFor() throws Exception {
    for (String type : List.of("A", "AAAA")) {
      say("a.test.", type, Messages.answer(record("a.test.", 3, "CNAME", "b.test.")));
    }
    nothing("b.test.", Rcode.NOERROR);
    say("b.test.", "A", Messages.answer(record("b.test.", 9, "A", "10.0.0.1")));
    Found found = look("a.test.:7");
    assertEquals(Set.of(Candidate.of("10.0.0.1", 7)), found.candidates());
    assertEquals(3, found.ttl());
  }

  @Test
  void srvTargetsHaveTheAddressesThatCameAlongOrAreAskedFor() throws Exception {
    say(
        "_g._tcp.test.",
        "SRV",
        Messages.message(
            Rcode.NOERROR,
            List.of(
                record("_g._tcp.test.", 9, "SRV", "1 1 1001 a.test."),
                record("_g._tcp.test.", 9, "SRV", "2 1 1002 b.test."),
                record("_g._tcp.test.", 9, "SRV", "2 1 1003 b.test.")),
            List.of(),
            List.of(record("a.test.", 9, "A", "10.0.0.1"))));
    nothing("b.test.", Rcode.NOERROR);
    say("b.test.", "A", Messages.answer(record("b.test.", 9, "A", "10.0.0.2")));
    assertEquals(
        Set.of(
            Candidate.of("10.0.0.1", 1001),
            Candidate.of("10.0.0.2", 1002),
            Candidate.of("10.0.0.2", 1003)),
        look("_g._tcp.test.").candidates());
  }

  @Test
  void targetsThatCannotBePeersAreLeftOutAndCounted() throws Exception {
    say(
        "_g._tcp.test.",
        "SRV",
        Messages.message(
            Rcode.NOERROR,
            List.of(
                record("_g._tcp.test.", 9, "SRV", "1 1 0 a.test."),
                record("_g._tcp.test.", 9, "SRV", "1 1 1 gone.test."),
                record("_g._tcp.test.", 9, "SRV", "1 1 1 any.test."),
                record("_g._tcp.test.", 9, "SRV", "1 1 1 ."),
                record("_g._tcp.test.", 9, "SRV", "1 1 1 a.test.")),
            List.of(),
            List.of(
                record("a.test.", 9, "A", "10.0.0.1"), record("any.test.", 9, "A", "0.0.0.0"))));
    nothing("gone.test.", Rcode.NXDOMAIN);
    Found found = look("_g._tcp.test.");
    assertEquals(Set.of(Candidate.of("10.0.0.1", 1)), found.candidates());
    assertEquals(3, found.malformed().size(), found.malformed()::toString);
    assertEquals("", found.problem());
  }

  @Test
  void aTargetThatCannotBeAskedForIsAProblemAndKeepsTheOthers() throws Exception {
    say(
        "_g._tcp.test.",
        "SRV",
        Messages.message(
            Rcode.NOERROR,
            List.of(
                record("_g._tcp.test.", 9, "SRV", "1 1 1 dark.test."),
                record("_g._tcp.test.", 9, "SRV", "1 1 1 a.test.")),
            List.of(),
            List.of(record("a.test.", 9, "A", "10.0.0.1"))));
    Found found = look("_g._tcp.test.");
    assertEquals(Set.of(Candidate.of("10.0.0.1", 1)), found.candidates());
    assertTrue(found.problem().contains("dark.test."), found.problem());
  }

  @Test
  void aRelativeNameIsCompletedAsTheHostSays() {
    assertEquals(
        List.of(name("a.b."), name("a.b.one."), name("a.b.two.")), forms("a.b", servers(1)));
    assertEquals(
        List.of(name("a.b.one."), name("a.b.two."), name("a.b.")), forms("a.b", servers(5)));
    assertEquals(List.of(name("a.b.")), forms("a.b.", servers(5)));
  }

  @Test
  void theFirstFormThatHasRecordsIsTaken() throws Exception {
    nothing("a.one.", Rcode.NXDOMAIN);
    nothing("a.two.", Rcode.NOERROR);
    nothing("a.", Rcode.NXDOMAIN);
    assertTrue(
        lookup
            .look(DnsName.parse("a", 7), servers(5), Long.MAX_VALUE)
            .problem()
            .contains("exists but"));
    say("a.two.", "A", Messages.answer(record("a.two.", 9, "A", "10.0.0.1")));
    assertEquals(
        Set.of(Candidate.of("10.0.0.1", 7)),
        lookup.look(DnsName.parse("a", 7), servers(5), Long.MAX_VALUE).candidates());
  }

  private static List<Name> forms(String text, ServerList servers) {
    return NameLookup.forms(DnsName.parse(text, 1).name(), servers);
  }

  private static ServerList servers(int dots) {
    return new ServerList(
        List.of(new InetSocketAddress("127.0.0.1", 53)), List.of(name("one."), name("two.")), dots);
  }

  private Found look(String text) throws NoAnswerException, InterruptedException {
    return lookup.look(DnsName.parse(text, 10101), ABSOLUTE, Long.MAX_VALUE);
  }

  private void say(String name, String type, Message message) {
    answers.put(name + " " + type, message);
  }

  private void nothing(String name, int code) {
    say(name, "A", Messages.negative(code, 5));
    say(name, "AAAA", Messages.negative(code, 5));
  }

  private Message ask(Name name, int type, long deadline) throws NoAnswerException {
    Message message = answers.get(name + " " + Type.string(type));
    if (message == null) {
      throw new NoAnswerException(Reason.UNREACHABLE, "no answer for " + name);
    }
    return message;
  }
}
