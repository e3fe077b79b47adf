package bifrost.api.cluster;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds the peers of this node by some method outside the mesh: etcd, Consul, DNS, multicast.
 *
 * <p>Discovery bundles implement it and register it as a service; {@code bifrost.sync} calls it.
 * Several may run at once; their candidates are united. It only proposes: who is alive is decided
 * by gossip, so a discovery service that goes dark or away removes nobody.
 *
 * <p><b>Life cycle.</b> {@link #open} starts the work for one node: registering it and looking for
 * others until the session is closed. Whatever is opened belongs to the session, not to the
 * service: a session goes on after its service was unregistered, until the hub closes it, which it
 * does once a successor has registered this node, at the latest 10 seconds later and before the
 * bundle stops. So a service may be opened again, and a new version, another method or another
 * configuration is opened before the old one is closed. Hence a session owns nothing exclusive (no
 * fixed port, no name that only one registration can hold), and what an older session takes back
 * when it closes is never the registration of a newer one of the same node.
 *
 * <p><b>Threads.</b> {@code open} returns without waiting for the network; the session has threads
 * of its own and survives an absent backend: it retries with back-off until it is closed.
 *
 * <p><b>Service properties.</b> {@link #SERVICE_NAME} and {@link #ALLOWED_ADDRESS_SPACE}. A DS
 * component whose configuration has them needs to do nothing: its configuration becomes the
 * properties of its service.
 *
 * <pre>{@code
 * public Session open(Announcement self, Observer observer) {
 *   Thread poll = Thread.ofVirtual().start(() -> {
 *     while (!Thread.currentThread().isInterrupted()) {
 *       observer.found(lookUp());
 *       observer.registered();
 *       sleep(interval);
 *     }
 *   });
 *   return poll::interrupt;
 * }
 * }</pre>
 */
@ConsumerType
public interface PeerDiscovery {
  /** Service property: the name that the nodes of one cluster share in the backend; a string. */
  String SERVICE_NAME = "service_name";

  /**
   * Service property: the networks that peers may be in, as CIDR; an array of strings, none for
   * all. {@code bifrost.sync} drops what the service finds elsewhere.
   */
  String ALLOWED_ADDRESS_SPACE = "allowed_address_space";

  /** The method's name, for example {@code etcd}; constant. */
  String method();

  /** How far it can see; constant. */
  Scope scope();

  /**
   * Registers this node and starts to look for peers.
   *
   * @param self what to publish of this node
   * @param observer takes what is found; safe for any thread, does not block
   * @return ends the work
   */
  Session open(Announcement self, Observer observer);

  /** How far a discovery method can see. */
  enum Scope {
    /** All regions that share the backend. */
    GLOBAL,
    /** Only the network or the Kubernetes cluster that the node is in. */
    REGION
  }

  /** One node's use of a discovery service. Implemented by the discovery bundle. */
  @ConsumerType
  interface Session extends AutoCloseable {
    /**
     * Takes the registration back and stops; returns within 5 seconds also when the backend does
     * not answer. May be called more than once.
     */
    @Override
    void close();
  }

  /** Takes what a session finds. Implemented by {@code bifrost.sync}. */
  @ProviderType
  interface Observer {
    /**
     * Others can find this node by now. Called whenever that becomes true, so again after a lost
     * registration was renewed; a method that registers nothing calls it with its first answer.
     */
    void registered();

    /**
     * The backend answered.
     *
     * @param candidates all candidates of now, this node possibly among them; an empty set means
     *     that there is nobody. More than 4,096 are cut off
     */
    void found(Set<Candidate> candidates);

    /**
     * The backend answered in part: one of several names, data centres or servers failed, or what
     * it holds is unusable in part. Called instead of {@link #found} and {@link #failed}.
     *
     * @param candidates all candidates of now; for the part that failed, those that it gave last
     * @param failure as for {@link #failed}
     */
    default void foundInPart(Set<Candidate> candidates, DiscoveryFailure failure) {
      found(candidates);
      failed(failure);
    }

    /**
     * The backend could not be used. What was found before stays valid. Called once per failed
     * attempt; logging it once per outage is the caller's task.
     *
     * @param failure why, as far as the method knows: the reason decides what the diagnosis says
     */
    void failed(DiscoveryFailure failure);

    /**
     * The same for a method that can tell nothing else than that its backend does not answer.
     *
     * @param cause one line for an operator, with the endpoint and the fix where it is known;
     *     nothing secret
     */
    default void failed(String cause) {
      failed(new DiscoveryFailure(DiscoveryFailure.Reason.UNREACHABLE, cause));
    }

    /**
     * The backend knows nodes of other clusters, which tells a service name that is misspelt on one
     * side. Optional: for methods that can look beside their own name at no cost.
     *
     * @param serviceNames the names of the other clusters of now, at most 32
     */
    void others(Set<String> serviceNames);

    /**
     * Entries of the own service that could not be read.
     *
     * @param count how many there are now
     * @param example what is wrong with one of them; nothing secret
     */
    void malformed(int count, String example);
  }
}
