package bifrost.discovery.dns;

import static bifrost.discovery.dns.Messages.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.tck.discovery.RecordingObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class DnsSessionTest {
  private final Map<String, Message> answers = new ConcurrentHashMap<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final RecordingObserver observer = new RecordingObserver();
  private long now;
  private final DnsSession session =
      new DnsSession(
          new DnsSettings(
              List.of(DnsName.parse("a.test.", 1), DnsName.parse("b.test.", 1)),
              List.of(),
              Duration.ofSeconds(60),
              Duration.ofSeconds(2),
              Duration.ofSeconds(30)),
          observer,
          () -> new ServerList(List.of(new InetSocketAddress("127.0.0.1", 53)), List.of(), 0),
          list -> this::ask,
          new Ticker() {
            @Override
            public long nanos() {
              return now;
            }

            @Override
            public void sleep(long nanos) {
              now += nanos;
            }
          });

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void withoutAnyAnswerAFailureIsToldAndNoSet() throws Exception {
    session.round();
    assertEquals(0, observer.answers());
    assertEquals(0, observer.registrations());
    assertEquals(1, observer.failures().size());
    assertTrue(observer.failures().get(0).contains("'a.test.'"), observer.failures().get(0));
    assertTrue(observer.failures().get(0).contains("'b.test.'"), observer.failures().get(0));
  }

  @Test
  void aNameThatFailsKeepsWhatItGaveWhileTheOthersAreFollowed() throws Exception {
    say("a.test.", 2, "10.0.0.1");
    say("b.test.", 2, "10.0.0.2");
    session.round();
    assertEquals(hosts("10.0.0.1", "10.0.0.2"), observer.candidates());
    assertEquals(List.of(), observer.failures());
    assertEquals(1, observer.registrations());

    answers.remove("a.test.");
    say("b.test.", 2, "10.0.0.3");
    later(2);
    session.round();
    assertEquals(hosts("10.0.0.1", "10.0.0.3"), observer.candidates());
    assertEquals(1, observer.failures().size());

    say("a.test.", 2, "10.0.0.4");
    later(2);
    session.round();
    assertEquals(hosts("10.0.0.3", "10.0.0.4"), observer.candidates());
    assertEquals(1, observer.failures().size());
    assertEquals(1, observer.registrations());
  }

  @Test
  void eachNameIsAskedWhenItsOwnTtlIsOver() throws Exception {
    say("a.test.", 20, "10.0.0.1");
    say("b.test.", 5, "10.0.0.2");
    session.round();
    asked.clear();
    later(5);
    session.round();
    assertEquals(Set.of("b.test."), Set.copyOf(asked));
    later(15);
    session.round();
    assertEquals(Set.of("a.test.", "b.test."), Set.copyOf(asked));
  }

  @Test
  void nothingIsAskedBeforeItsTime() throws Exception {
    answers.put("a.test.", Messages.negative(Rcode.NXDOMAIN, 10));
    answers.put("b.test.", Messages.negative(Rcode.NXDOMAIN, 10));
    session.round();
    asked.clear();
    later(4);
    session.round();
    assertEquals(List.of(), asked);
    assertEquals(1, observer.answers(), "an answer that there is nobody is an answer");
  }

  @Test
  void moreEntriesThanAClusterCanHaveAreCutAndSaid() throws Exception {
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      records.add(record("a.test.", 9, "A", "10.0.%d.%d".formatted(i / 250, i % 250)));
    }
    answers.put("a.test.", Messages.answer(records.toArray(Record[]::new)));
    say("b.test.", 5, "10.0.0.2");
    session.round();
    assertEquals(4_096, observer.candidates().size());
    assertTrue(observer.failures().get(0).contains("only 4096 are used"));
  }

  private Message ask(Name name, int type, long deadline) throws NoAnswerException {
    if (type == Type.AAAA) {
      return Messages.negative(Rcode.NOERROR, 30);
    }
    asked.add(name.toString());
    Message message = answers.get(name.toString());
    if (message == null) {
      throw new NoAnswerException(Reason.UNREACHABLE, "asked 127.0.0.1:53: no answer in time");
    }
    return message;
  }

  private void say(String name, long ttl, String address) {
    answers.put(name, Messages.answer(record(name, ttl, "A", address)));
  }

  private void later(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  private static Set<Candidate> hosts(String... hosts) {
    return Set.copyOf(List.of(hosts).stream().map(host -> Candidate.of(host, 1)).toList());
  }
}
