package bifrost.discovery.lan.mdns;

import bifrost.api.cluster.Announcement;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The instances of one service in the network. Safe for any thread. */
interface Responder extends AutoCloseable {
  /**
   * One instance.
   *
   * @param name unique in the network
   * @param port its port
   * @param text what it says of itself
   */
  record Instance(String name, int port, Map<String, String> text) {
    /** Copies the text. */
    public Instance {
      text = Map.copyOf(text);
    }
  }

  /** Advertises an instance; returns when the network knows it, which can take seconds. */
  void register(Instance instance) throws IOException;

  /** The instances that are known now. */
  List<Instance> list() throws IOException;

  /** Takes back what was advertised, and stops; it can take seconds. */
  @Override
  void close();

  /** Joins the network. */
  @FunctionalInterface
  interface Opening {
    Responder open(Announcement self) throws IOException;
  }
}
