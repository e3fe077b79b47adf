package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerWire.Envelope;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import bifrost.sync.replication.broker.v1.BrokerWire.Roster;
import bifrost.sync.replication.grpc.FrameLink;
import bifrost.sync.replication.grpc.OpenLinks;
import bifrost.sync.replication.grpc.Refusals;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.link.Links;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Links through brokers. Of the brokers at which both nodes are, the first that is configured
 * carries a link; when it goes, the engine dials again, and the next one does.
 */
final class BrokerLinks implements Links {
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration GOODBYE = Duration.ofMillis(500);
  private static final int MAX_LINKS = 8 * BrokerCall.MAX_NODES;

  private record Key(BrokerClient client, String peer, long number, boolean opener) {}

  private final List<BrokerClient> clients;
  private final Rosters rosters;
  private final ScheduledExecutorService timer;
  private final FrameLink.Context context;
  private final OpenLinks open = new OpenLinks();
  private final AtomicLong numbers;
  private final Map<Key, BrokeredLink> links = new ConcurrentHashMap<>();
  private volatile LinkListener listener;

  /**
   * Opens nothing yet.
   *
   * @param clients in the order of preference
   * @param rosters who is where
   * @param numbers the last number of a link of this node; it outlives these links
   */
  BrokerLinks(
      List<BrokerClient> clients,
      Rosters rosters,
      AtomicLong numbers,
      ScheduledExecutorService timer) {
    this.clients = clients;
    this.rosters = rosters;
    this.numbers = numbers;
    this.timer = timer;
    this.context = new FrameLink.Context(false, new Refusals(), open, timer);
  }

  @Override
  public void start(LinkListener to) {
    listener = to;
  }

  @Override
  public void dial(String nodeId, String address) {
    LinkListener to = listener;
    for (BrokerClient client : clients) {
      if (rosters.has(client, nodeId)) {
        Key key = new Key(client, nodeId, numbers.incrementAndGet(), true);
        BrokeredLink link =
            new BrokeredLink(client, nodeId, key.number, true, context, () -> links.remove(key));
        links.put(key, link);
        link.ask();
        timer.schedule(
            () -> {
              String reason = "no answer by way of broker " + client.address();
              if (link.endUnlessOpen(reason)) {
                to.failed(nodeId, reason);
              }
            },
            DIAL_TIMEOUT.toMillis(),
            TimeUnit.MILLISECONDS);
        return;
      }
    }
    timer.execute(() -> to.failed(nodeId, "is at none of the brokers that this node is at"));
  }

  /** Something came for a link. */
  void envelope(BrokerClient client, Envelope envelope) {
    LinkListener to = listener;
    Key key = new Key(client, envelope.getNode(), envelope.getLink(), !envelope.getOpener());
    BrokeredLink link = links.get(key);
    switch (envelope.getMessageCase()) {
      case OPEN -> {
        if (to != null && link == null && !key.opener && links.size() < MAX_LINKS) {
          BrokeredLink accepted =
              new BrokeredLink(
                  client, key.peer, key.number, false, context, () -> links.remove(key));
          links.put(key, accepted);
          accepted.accept(to);
        }
      }
      case OPENED -> {
        if (link != null && key.opener) {
          link.start(to);
        }
      }
      case FRAME -> {
        if (link != null) {
          link.arrived(envelope.getFrame().toByteArray());
        }
      }
      case CREDIT -> {
        if (link != null) {
          link.granted(envelope.getCredit());
        }
      }
      case CLOSED -> {
        if (link != null) {
          giveUp(link, key.peer, FrameLink.line(envelope.getClosed().getReason()));
        }
      }
      case NOTE, MESSAGE_NOT_SET -> {
        // not for a link, or of a newer version
      }
    }
  }

  /** A broker reads again. */
  void ready(BrokerClient client) {
    links.forEach(
        (key, link) -> {
          if (key.client == client) {
            link.nowReady();
          }
        });
  }

  /** A broker is gone, and its links with it. */
  void ended(BrokerClient client) {
    links.forEach(
        (key, link) -> {
          if (key.client == client) {
            giveUp(link, key.peer, "the stream to broker " + client.address() + " ended");
          }
        });
  }

  /** Nodes that have left a broker: their links there are over. */
  void left(BrokerClient client, Roster roster) {
    links.forEach(
        (key, link) -> {
          if (key.client == client
              && roster.getNodesList().stream().map(Node::getId).noneMatch(key.peer::equals)) {
            giveUp(link, key.peer, "it has left broker " + client.address());
          }
        });
  }

  private void giveUp(BrokeredLink link, String peer, String reason) {
    LinkListener to = listener;
    if (link.end(reason) && to != null && link.dialled().isPresent()) {
      to.failed(peer, reason);
    }
  }

  @Override
  public void close() {
    open.closeAll("this node stops", GOODBYE);
    links.values().forEach(link -> link.end("this node stops"));
    listener = null;
  }
}
