package bifrost.tck.consul;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A federation of Consul data centres with an agent in each, on free ports of 127.0.0.1: the HTTP
 * API of services, health and data centres with the response shapes, indexes, blocking queries and
 * text errors of Consul 1.x.
 *
 * <p>A TCP check passes unless its address was made {@link #unreachable}; nothing is connected to,
 * except after {@link #connect}. A service whose check fails for longer than its deregistration
 * time is forgotten. Safe for any thread.
 */
public final class ConsulStub implements AutoCloseable {
  private static final long CHECK_MILLIS = 50;
  private static final int CONNECT_MILLIS = 1_000;

  private final Map<String, StubDatacenter> datacenters = new LinkedHashMap<>();
  private final List<StubAgent> agents = new CopyOnWriteArrayList<>();
  private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
  private final Set<String> cut = ConcurrentHashMap.newKeySet();
  private final List<URI> requests = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService checks =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private volatile String token = "";

  private ConsulStub() {}

  /** Starts a federation with one agent in each of these data centres. */
  public static ConsulStub start(String... datacenters) throws IOException {
    ConsulStub stub = new ConsulStub();
    for (String name : datacenters) {
      stub.datacenters.put(name, new StubDatacenter(name));
      stub.addAgent(name);
    }
    stub.checks.scheduleWithFixedDelay(
        () -> stub.datacenters.values().forEach(each -> each.check(stub.unreachable)),
        CHECK_MILLIS,
        CHECK_MILLIS,
        TimeUnit.MILLISECONDS);
    return stub;
  }

  /** Starts another agent in a data centre; returns its port. */
  public int addAgent(String datacenter) throws IOException {
    StubAgent agent = new StubAgent(this, datacenters.get(datacenter), agents.size());
    agents.add(agent);
    return agent.port();
  }

  /** The port of the first agent of a data centre. */
  public int port(String datacenter) {
    return agents.stream()
        .filter(agent -> agent.datacenter().name().equals(datacenter))
        .findFirst()
        .orElseThrow()
        .port();
  }

  /** Lets the agent at a port hang, or go on: its connections stay open and without an answer. */
  public void setDark(int port, boolean dark) {
    agents.stream().filter(agent -> agent.port() == port).forEach(agent -> agent.setDark(dark));
  }

  /** Lets all agents hang, or go on. */
  public void setDark(boolean dark) {
    agents.forEach(agent -> agent.setDark(dark));
  }

  /** Lets all agents answer so much later. */
  public void setDelay(long millis) {
    agents.forEach(agent -> agent.setDelay(millis));
  }

  /** Lets all agents answer everything with this body and status; null ends it. */
  public void setGarbage(int status, byte[] body) {
    agents.forEach(agent -> agent.setGarbage(status, body));
  }

  /** Cuts a data centre off from all others, or joins it again; it stays federated. */
  public void setCut(String datacenter, boolean isCut) {
    if (isCut) {
      cut.add(datacenter);
    } else {
      cut.remove(datacenter);
    }
  }

  /** Takes a data centre out of the federation. */
  public void remove(String datacenter) {
    datacenters.remove(datacenter);
  }

  /** Asks for this token from now on. */
  public void requireToken(String required) {
    token = required;
  }

  /** From now on each check connects to its address once a second, as those of real agents do. */
  public void connect() {
    checks.scheduleWithFixedDelay(this::connectToAll, 0, CONNECT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void connectToAll() {
    for (StubDatacenter datacenter : datacenters.values()) {
      for (StubService service : datacenter.all()) {
        String address = service.tcp();
        int colon = address.lastIndexOf(':');
        if (colon > 0) {
          try (Socket socket = new Socket()) {
            socket.connect(
                new InetSocketAddress(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                CONNECT_MILLIS);
            unreachable.remove(address);
          } catch (IOException e) {
            unreachable.add(address);
          }
        }
      }
    }
  }

  /** Lets the checks of an address, {@code host:port}, fail from now on. */
  public void unreachable(String address) {
    unreachable.add(address);
  }

  /** Lets the checks of an address pass again. */
  public void reachable(String address) {
    unreachable.remove(address);
  }

  /** Lets an agent's data centre forget all services, as an agent that lost its state. */
  public void forgetServices(String datacenter) {
    datacenters.get(datacenter).clear();
  }

  /** Forgets the services of a data centre whose id is one of these. */
  public void removeServices(String datacenter, Predicate<String> ids) {
    StubDatacenter from = datacenters.get(datacenter);
    for (StubService service : from.all()) {
      if (ids.test(service.id())) {
        from.remove(service.node(), service.id());
      }
    }
  }

  /** Sets the index of a data centre back, as the restoration of a snapshot does. */
  public void resetIndex(String datacenter) {
    datacenters.get(datacenter).resetIndex();
  }

  /** Registers a service as it is, with a check that passes. */
  public void put(
      String datacenter,
      String id,
      String name,
      String address,
      int port,
      Map<String, String> meta) {
    datacenters
        .get(datacenter)
        .put(
            new StubService(
                "node-of-" + datacenter,
                id,
                name,
                address,
                port,
                List.of("bifrost"),
                meta,
                "",
                Long.MAX_VALUE));
  }

  /** The ids of the services of a data centre. */
  public Set<String> serviceIds(String datacenter) {
    Set<String> ids = new LinkedHashSet<>();
    datacenters.get(datacenter).all().forEach(service -> ids.add(service.id()));
    return ids;
  }

  /** Waits until something holds of the services of a data centre; fails after a minute. */
  public void awaitServices(String what, String datacenter, Predicate<List<String>> ids)
      throws InterruptedException {
    datacenters.get(datacenter).await(what, ids);
  }

  /** How often a service is registered in a data centre. */
  public long serviceCount(String datacenter, String name) {
    return datacenters.get(datacenter).all().stream()
        .filter(service -> service.name().equals(name))
        .count();
  }

  /** All addresses that were asked for. */
  public List<URI> requests() {
    return new ArrayList<>(requests);
  }

  List<String> datacenterNames() {
    return List.copyOf(datacenters.keySet());
  }

  /** A data centre that can be reached from another one; null otherwise. */
  StubDatacenter reach(String from, String to) {
    boolean isFar = !from.equals(to);
    return isFar && (cut.contains(from) || cut.contains(to)) ? null : datacenters.get(to);
  }

  boolean isAllowed(String presented) {
    return token.isEmpty() || token.equals(presented);
  }

  void asked(URI uri) {
    requests.add(uri);
  }

  @Override
  public void close() {
    checks.shutdownNow();
    agents.forEach(StubAgent::close);
  }
}
