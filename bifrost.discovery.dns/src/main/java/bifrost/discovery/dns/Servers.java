package bifrost.discovery.dns;

import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.WireParseException;

/**
 * Asks DNS servers over UDP, and over TCP where the answer is truncated. When one is slow the next
 * is asked besides, or the same one again; when one fails the next is asked at once. The first
 * usable answer wins.
 */
final class Servers implements Asking {
  /** After this long without an answer the question is sent again. */
  private static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private static final int MAX_SENT = 6;

  private final Supplier<List<InetSocketAddress>> addresses;

  Servers(Supplier<List<InetSocketAddress>> addresses) {
    this.addresses = addresses;
  }

  /** What one server did with the question; the message is null when it failed. */
  private record Reply(InetSocketAddress server, Message message, Throwable failure) {}

  @Override
  public Message ask(Name name, int type, long deadline)
      throws NoAnswerException, InterruptedException {
    List<InetSocketAddress> servers = addresses.get();
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    Set<DiscoveryFailure> failures = new LinkedHashSet<>();
    int most = Math.min(MAX_SENT, Math.max(3, servers.size()));
    int sent = 0;
    int open = 0;
    long resend = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      if (deadline - now <= 0) {
        failures.add(new DiscoveryFailure(Reason.UNREACHABLE, "no answer in time"));
        throw noAnswer(servers, failures);
      }
      if (sent < most && resend - now <= 0) {
        send(servers.get(sent % servers.size()), query, deadline - now, replies);
        sent++;
        open++;
        resend = now + RESEND_NANOS;
      }
      long wait = sent < most ? Math.min(resend, deadline) - now : deadline - now;
      Reply reply = replies.poll(wait, TimeUnit.NANOSECONDS);
      if (reply == null) {
        continue;
      }
      open--;
      if (reply.message() != null && isUsable(reply.message())) {
        return reply.message();
      }
      failures.add(failure(reply));
      if (open == 0 && sent >= Math.min(most, servers.size())) {
        throw noAnswer(servers, failures);
      }
      resend = now;
    }
  }

  private static void send(
      InetSocketAddress server, Message query, long nanos, BlockingQueue<Reply> replies) {
    if (server.isUnresolved()) {
      replies.add(new Reply(server, null, new UnknownHostException("its name is not known")));
      return;
    }
    SimpleResolver resolver = new SimpleResolver(server);
    resolver.setTimeout(Duration.ofNanos(nanos));
    resolver
        .sendAsync(query.clone(), task -> Thread.ofVirtual().start(task))
        .whenComplete((message, failure) -> replies.add(new Reply(server, message, failure)));
  }

  private static boolean isUsable(Message message) {
    return message.getRcode() == Rcode.NOERROR || message.getRcode() == Rcode.NXDOMAIN;
  }

  private static DiscoveryFailure failure(Reply reply) {
    if (reply.message() != null) {
      int code = reply.message().getRcode();
      return new DiscoveryFailure(
          code == Rcode.REFUSED ? Reason.UNAUTHORISED : Reason.UNAVAILABLE,
          address(reply.server()) + " says " + Rcode.string(code));
    }
    Throwable cause = reply.failure();
    while (cause.getCause() != null && !(cause instanceof IOException)) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return new DiscoveryFailure(
        cause instanceof WireParseException ? Reason.INVALID_ANSWER : Reason.UNREACHABLE,
        address(reply.server())
            + ": "
            + (message == null || message.isBlank() ? cause.getClass().getSimpleName() : message));
  }

  private static NoAnswerException noAnswer(
      List<InetSocketAddress> servers, Set<DiscoveryFailure> failures) {
    List<String> asked = servers.stream().map(Servers::address).toList();
    DiscoveryFailure all = DiscoveryFailure.of(failures, failures.size());
    return new NoAnswerException(
        all.reason(), "asked " + String.join(", ", asked) + ": " + all.cause());
  }

  private static String address(InetSocketAddress server) {
    InetAddress resolved = server.getAddress();
    return (resolved == null ? server.getHostString() : resolved.getHostAddress())
        + ":"
        + server.getPort();
  }
}
