package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerWire.Closed;
import bifrost.sync.replication.broker.v1.BrokerWire.Envelope;
import bifrost.sync.replication.broker.v1.BrokerWire.FromNode;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import bifrost.sync.replication.broker.v1.BrokerWire.Roster;
import bifrost.sync.replication.broker.v1.BrokerWire.ToNode;
import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes that are attached to a broker: who they are, and what they send to each other. */
final class Attachments {
  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

  private final ReentrantLock changing = new ReentrantLock();
  private final Map<String, Attachment> nodes = new ConcurrentHashMap<>();
  private boolean changed;

  /** A message of a node; the first one announces it. */
  void received(Attachment from, FromNode message) {
    if (message.hasAnnounce()) {
      announced(from, message.getAnnounce());
    } else if (from.node() == null) {
      from.close(Status.FAILED_PRECONDITION.withDescription("a node announces itself first"));
    } else if (message.hasEnvelope()) {
      relay(from, message.getEnvelope());
    }
  }

  private void announced(Attachment from, Node node) {
    if (!BrokerCall.isValid(node)) {
      from.close(
          Status.INVALID_ARGUMENT.withDescription("what the node says of itself is invalid"));
      return;
    }
    if (from.node() != null && !from.node().getId().equals(node.getId())) {
      from.close(Status.INVALID_ARGUMENT.withDescription("a node keeps its id"));
      return;
    }
    changing.lock();
    try {
      Attachment before = nodes.get(node.getId());
      if (before == null && nodes.size() >= BrokerCall.MAX_NODES) {
        from.close(
            Status.RESOURCE_EXHAUSTED.withDescription(
                "there are " + BrokerCall.MAX_NODES + " nodes here already"));
        return;
      }
      if (before != null && before != from) {
        if (before.node().getEpoch() > node.getEpoch()) {
          from.close(
              Status.ALREADY_EXISTS.withDescription(
                  "'%s' is attached in a later life: two nodes have this node_id"
                      .formatted(node.getId())));
          return;
        }
        before.close(
            Status.ALREADY_EXISTS.withDescription("'" + node.getId() + "' has attached anew"));
      }
      boolean news = !node.equals(from.node()) || before != from;
      from.announced(node);
      nodes.put(node.getId(), from);
      if (before == null) {
        LOG.info("{}: attached, region {}, {} nodes", node.getId(), node.getRegion(), nodes.size());
      }
      changed |= news;
    } finally {
      changing.unlock();
    }
  }

  /** A stream has ended. */
  void ended(Attachment attachment) {
    attachment.ended();
    Node node = attachment.node();
    changing.lock();
    try {
      if (node != null && nodes.remove(node.getId(), attachment)) {
        LOG.info("{}: detached, {} nodes", node.getId(), nodes.size());
        changed = true;
      }
    } finally {
      changing.unlock();
    }
  }

  /** Tells all nodes who is attached, where that has changed; changes in a burst are told once. */
  void tellChanges() {
    changing.lock();
    try {
      if (changed) {
        tellAll();
      }
    } finally {
      changing.unlock();
    }
  }

  /** Tells all nodes who is attached. */
  void tellAll() {
    changing.lock();
    try {
      changed = false;
      Roster.Builder roster = Roster.newBuilder();
      new TreeMap<>(nodes).values().forEach(each -> roster.addNodes(each.node()));
      ToNode message = ToNode.newBuilder().setRoster(roster).build();
      nodes.values().forEach(each -> each.send(message));
    } finally {
      changing.unlock();
    }
  }

  int size() {
    return nodes.size();
  }

  void closeAll() {
    nodes
        .values()
        .forEach(each -> each.close(Status.UNAVAILABLE.withDescription("the broker stops")));
  }

  private void relay(Attachment from, Envelope envelope) {
    String self = from.node().getId();
    ToNode message = ToNode.newBuilder().setEnvelope(envelope.toBuilder().setNode(self)).build();
    Attachment to = nodes.get(envelope.getNode());
    if (to != null) {
      to.send(message);
    } else if (!envelope.hasClosed() && !envelope.hasNote()) {
      from.send(
          ToNode.newBuilder()
              .setEnvelope(
                  Envelope.newBuilder()
                      .setNode(envelope.getNode())
                      .setLink(envelope.getLink())
                      .setOpener(!envelope.getOpener())
                      .setClosed(
                          Closed.newBuilder()
                              .setReason("'" + envelope.getNode() + "' is not at this broker")))
              .build());
    }
  }
}
