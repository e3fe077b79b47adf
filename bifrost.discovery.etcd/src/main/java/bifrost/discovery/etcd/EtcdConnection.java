package bifrost.discovery.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** A connection to one server of etcd; each call has a deadline. For one thread. */
final class EtcdConnection implements AutoCloseable {
  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration PONG = Duration.ofSeconds(5);
  private static final int MAX_MESSAGE = 8 << 20;
  private static final int MAX_OTHERS = 32;

  private final URI endpoint;
  private final EtcdSettings settings;
  private final Client client;

  /** A page of a list: keys and values, whether there are more, as of when. */
  record Page(List<KeyValue> entries, boolean more, long revision) {}

  /** What a watch tells; on the library's thread. */
  interface WatchListener {
    void changed(List<WatchEvent> events);

    void ended();
  }

  EtcdConnection(URI endpoint, EtcdSettings settings) throws EtcdFault {
    this.endpoint = endpoint;
    this.settings = settings;
    ClientBuilder builder =
        Client.builder()
            .endpoints(endpoint)
            .authority(endpoint.getRawAuthority())
            .connectTimeout(settings.callLimit())
            .keepaliveTime(PING)
            .keepaliveTimeout(PONG)
            .keepaliveWithoutCalls(true)
            .maxInboundMessageSize(MAX_MESSAGE)
            .retryMaxAttempts(0)
            .waitForReady(false);
    if (!settings.user().isEmpty()) {
      builder.user(bytes(settings.user())).password(bytes(settings.password()));
    }
    try {
      if (endpoint.getScheme().equals("https")) {
        builder.sslContext(
            ssl -> {
              settings.ca().ifPresent(ca -> ssl.trustManager(ca.toFile()));
              settings
                  .cert()
                  .ifPresent(cert -> ssl.keyManager(cert.cert().toFile(), cert.key().toFile()));
            });
      }
      this.client = builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw EtcdFault.of(endpoint, settings, e);
    }
  }

  URI endpoint() {
    return endpoint;
  }

  long grant() throws EtcdFault, InterruptedException {
    return call(client.getLeaseClient().grant(settings.lease().toSeconds())).getID();
  }

  void keepAlive(long lease) throws EtcdFault, InterruptedException {
    call(client.getLeaseClient().keepAliveOnce(lease));
  }

  void put(String key, byte[] value, long lease) throws EtcdFault, InterruptedException {
    call(
        client
            .getKVClient()
            .put(
                bytes(key),
                ByteSequence.from(value),
                PutOption.builder().withLeaseId(lease).build()));
  }

  /** Writes a key unless it is there. */
  void putIfAbsent(String key, byte[] value, long lease) throws EtcdFault, InterruptedException {
    call(
        client
            .getKVClient()
            .txn()
            .If(new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.version(0)))
            .Then(
                Op.put(
                    bytes(key),
                    ByteSequence.from(value),
                    PutOption.builder().withLeaseId(lease).build()))
            .commit());
  }

  /** Ends a lease and with it the keys that belong to it, within a time of its own. */
  void revoke(long lease, Duration limit) throws EtcdFault, InterruptedException {
    call(client.getLeaseClient().revoke(lease), limit);
  }

  /** How many keys there are with the prefix. */
  long count() throws EtcdFault, InterruptedException {
    GetOption counting = GetOption.builder().isPrefix(true).withCountOnly(true).build();
    return call(client.getKVClient().get(bytes(settings.prefix()), counting)).getCount();
  }

  /**
   * A page of the keys with the prefix.
   *
   * @param from the first key
   * @param revision as of when; 0 for now
   */
  Page list(ByteSequence from, int limit, long revision) throws EtcdFault, InterruptedException {
    GetOption page =
        GetOption.builder()
            .withRange(bytes(end(settings.prefix())))
            .withLimit(limit)
            .withRevision(revision)
            .withSortField(GetOption.SortTarget.KEY)
            .withSortOrder(GetOption.SortOrder.ASCEND)
            .build();
    GetResponse answer = call(client.getKVClient().get(from, page));
    return new Page(answer.getKvs(), answer.isMore(), answer.getHeader().getRevision());
  }

  /** The names of other clusters, each found by one small question. */
  void others(Consumer<String> names) throws EtcdFault, InterruptedException {
    String from = EtcdEntry.ROOT;
    for (int i = 0; i < MAX_OTHERS; i++) {
      GetOption first =
          GetOption.builder()
              .withRange(bytes(end(EtcdEntry.ROOT)))
              .withLimit(1)
              .withKeysOnly(true)
              .build();
      List<KeyValue> found = call(client.getKVClient().get(bytes(from), first)).getKvs();
      if (found.isEmpty()) {
        return;
      }
      String key = found.get(0).getKey().toString(StandardCharsets.UTF_8);
      int slash = key.indexOf('/', EtcdEntry.ROOT.length());
      if (slash < 0) {
        from = key + "\0";
        continue;
      }
      String prefix = key.substring(0, slash + 1);
      if (!prefix.equals(settings.prefix())) {
        names.accept(key.substring(EtcdEntry.ROOT.length(), slash));
      }
      from = end(prefix);
    }
  }

  /** Follows the keys with the prefix from a revision on, until it ends or is closed. */
  Watch.Watcher watch(long revision, WatchListener listener) {
    WatchOption option =
        WatchOption.builder().isPrefix(true).withRevision(revision).withRequireLeader(true).build();
    return client
        .getWatchClient()
        .watch(
            bytes(settings.prefix()),
            option,
            new Watch.Listener() {
              @Override
              public void onNext(WatchResponse response) {
                listener.changed(response.getEvents());
              }

              @Override
              public void onError(Throwable error) {
                listener.ended();
              }

              @Override
              public void onCompleted() {
                listener.ended();
              }
            });
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> T call(CompletableFuture<T> answer) throws EtcdFault, InterruptedException {
    return call(answer, settings.callLimit());
  }

  private <T> T call(CompletableFuture<T> answer, Duration limit)
      throws EtcdFault, InterruptedException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw EtcdFault.of(endpoint, settings, e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw EtcdFault.of(endpoint, settings, e);
    }
  }

  /** The first key after all that begin with a prefix that ends in a slash. */
  private static String end(String prefix) {
    return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
