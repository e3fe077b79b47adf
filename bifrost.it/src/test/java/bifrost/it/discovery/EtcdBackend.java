package bifrost.it.discovery;

import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.Relay;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A real etcd server, which the pods reach through a relay. */
public final class EtcdBackend implements Backend {
  private static final String PREFIX = "/services/bifrost/";
  private static final int LIES = 10_000;

  private final EtcdCluster cluster;
  private final Relay relay;

  /** Starts it. */
  public EtcdBackend() throws IOException {
    cluster = EtcdCluster.start(1);
    relay = Relay.to("127.0.0.1", cluster.port(0));
  }

  @Override
  public String type() {
    return "etcd";
  }

  @Override
  public String fields(Pod pod) {
    return "\"service_name\": \"bifrost\", \"etcd_endpoints\": [\"http://127.0.0.1:%d\"], %s"
        .formatted(relay.port(), ALLOWED);
  }

  @Override
  public Set<String> registered() throws IOException {
    return Arrays.stream(cluster.control("get", "--prefix", "--keys-only", PREFIX).split("\n"))
        .filter(line -> line.startsWith(PREFIX))
        .map(line -> line.substring(PREFIX.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a node has registered. */
  public String value(String nodeId) throws IOException {
    return cluster.control("get", "--print-value-only", PREFIX + nodeId);
  }

  @Override
  public boolean forgetsTheKilled() {
    return true;
  }

  @Override
  public boolean forgetsThePaused() {
    return true;
  }

  @Override
  public void hang(boolean now) {
    if (now) {
      relay.silence();
    } else {
      relay.restore();
    }
  }

  @Override
  public void slow(Duration delay) {
    relay.delay(delay);
  }

  @Override
  public void lie() throws IOException {
    for (int written = 0; written < LIES; ) {
      StringBuilder transaction = new StringBuilder("\n");
      for (int i = 0; i < 100; i++, written++) {
        transaction.append(
            written % 2 == 0
                ? "put %slie-%05d rubbish\n".formatted(PREFIX, written)
                : "put %slie-%05d \"{\\\"address\\\":\\\"10.66.%d.%d:1\\\"}\"\n"
                    .formatted(PREFIX, written, written / 250, written % 250));
      }
      cluster.transaction(transaction.append("\n\n").toString());
    }
  }

  @Override
  public void tellTheTruth() throws IOException {
    cluster.control("del", "--prefix", PREFIX + "lie-");
  }

  @Override
  public void close() {
    relay.close();
    cluster.close();
  }
}
