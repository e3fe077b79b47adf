package bifrost.sync.membership;

import bifrost.api.cluster.MessageListener;
import java.util.Map;

/** A membership on loopback for tests of other packages. */
public final class TestNode implements AutoCloseable {
  private final MembershipComponent component;

  private TestNode(MembershipComponent component) {
    this.component = component;
  }

  /**
   * Starts it, with the faster profile.
   *
   * @param settings names of {@link MembershipConfig} to values
   */
  public static TestNode start(String nodeId, Map<String, Object> settings) {
    TestConfig config = TestConfig.local(nodeId);
    settings.forEach(config::set);
    return new TestNode(new MembershipComponent(config.config(), Map.of()));
  }

  /** The service; it is a {@link MeshInspection} too. */
  public MembershipComponent membership() {
    return component;
  }

  /** Hands messages to a listener. */
  public void listen(MessageListener listener) {
    component.bindMessages(listener);
  }

  /** Its gossip port. */
  public int port() {
    return component.view().local().address().getPort();
  }

  @Override
  public void close() {
    component.close();
  }
}
