package bifrost.discovery.dns;

import bifrost.api.cluster.DiscoveryFailure.Reason;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Finds the A and AAAA records of a name, at the same time, through aliases. */
final class AddressLookup {
  private final Asking dns;
  private final ExecutorService threads;

  AddressLookup(Asking dns, ExecutorService threads) {
    this.dns = dns;
    this.threads = threads;
  }

  /**
   * The addresses of a name.
   *
   * @param addresses of both families; empty when there are none
   * @param alias where its aliases end; the name itself when it has none
   * @param exists false when there is no such name
   * @param ttl for how many seconds this holds
   */
  record Addresses(List<InetAddress> addresses, Name alias, boolean exists, long ttl) {
    Addresses {
      addresses = List.copyOf(addresses);
    }
  }

  /** Fails when neither family could be asked, or when one failed and the other has nothing. */
  Addresses look(Name name, long deadline) throws NoAnswerException, InterruptedException {
    Future<Answer> six = threads.submit(follow(name, Type.AAAA, deadline));
    NoAnswerException failed = null;
    List<Answer> answers = new ArrayList<>();
    try {
      answers.add(follow(name, Type.A, deadline).call());
    } catch (NoAnswerException e) {
      failed = e;
    }
    try {
      answers.add(six.get());
    } catch (ExecutionException e) {
      failed = e.getCause() instanceof NoAnswerException none ? none : unexpected(e);
    } finally {
      six.cancel(true);
    }
    List<Answer> having = answers.stream().filter(answer -> !answer.records().isEmpty()).toList();
    if (having.isEmpty() && failed != null) {
      throw failed;
    }
    List<Answer> telling = having.isEmpty() ? answers : having;
    return new Addresses(
        having.stream()
            .flatMap(answer -> answer.records().stream())
            .map(AddressLookup::of)
            .toList(),
        telling.get(0).end(),
        answers.stream().anyMatch(Answer::exists),
        telling.stream().mapToLong(Answer::ttl).min().orElseThrow());
  }

  /** Asks on for the end of an alias that the server did not follow itself. */
  private FollowedQuestion follow(Name name, int type, long deadline) {
    return () -> {
      Name asked = name;
      long ttl = Long.MAX_VALUE;
      for (int aliases = 0; ; aliases++) {
        Answer answer = Answer.read(dns.ask(asked, type, deadline), asked, type);
        ttl = Math.min(ttl, answer.ttl());
        boolean isDone = !answer.records().isEmpty() || answer.end().equals(asked);
        if (isDone || aliases >= Answer.MAX_ALIASES) {
          return new Answer(answer.records(), answer.end(), answer.exists(), ttl);
        }
        asked = answer.end();
      }
    };
  }

  static InetAddress of(Record record) {
    return record instanceof ARecord four ? four.getAddress() : ((AAAARecord) record).getAddress();
  }

  private static NoAnswerException unexpected(ExecutionException e) {
    return new NoAnswerException(Reason.INVALID_ANSWER, "the lookup failed: " + e.getCause());
  }

  /** A question with its aliases. */
  private interface FollowedQuestion extends Callable<Answer> {
    @Override
    Answer call() throws NoAnswerException, InterruptedException;
  }
}
