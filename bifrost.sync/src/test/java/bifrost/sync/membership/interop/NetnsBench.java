package bifrost.sync.membership.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Three and three nodes on the WAN profile, each in a network namespace of its own, two bridges as
 * regions and a link between them. Prints how long detection and healing take. Needs root and
 * {@code ip}; argument: how many kills.
 */
public final class NetnsBench {
  private static final int NODES = 6;
  private static final String[] BRIDGES = {"bfm-a", "bfm-b"};

  private final List<Peer> peers = new ArrayList<>();

  private NetnsBench() {}

  public static void main(String[] args) throws Exception {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    NetnsBench bench = new NetnsBench();
    try {
      bench.build();
      bench.run(kills);
    } finally {
      bench.peers.forEach(Peer::close);
      bench.clear();
    }
    System.exit(0);
  }

  private void run(int kills) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < NODES; i++) {
      peers.add(startNode(i));
    }
    agree(peers, 60);
    row("six nodes started and agreed", start);
    for (int i = 0; i < kills; i++) {
      kill(1 + i % (NODES - 1));
    }
    cutRegion();
    cutOneLinkOneWay();
    cutRegionOneWay();
  }

  private void kill(int victim) throws Exception {
    List<Peer> others = new ArrayList<>(peers);
    Peer dead = others.remove(victim);
    List<Integer> marks = marks(others);
    long start = System.nanoTime();
    dead.kill();
    double first = Double.MAX_VALUE;
    double last = 0;
    for (int i = 0; i < others.size(); i++) {
      others.get(i).await("FAILED " + dead.name() + " ", marks.get(i), 60);
      double seen = (others.get(i).when("FAILED " + dead.name() + " ", marks.get(i)) - start) / 1e9;
      first = Math.min(first, seen);
      last = Math.max(last, seen);
    }
    System.out.printf(
        "%-52s first %5.1f s  last %5.1f s%n", "kill -9 of " + dead.name(), first, last);
    start = System.nanoTime();
    peers.set(victim, startNode(victim));
    agree(peers, 60);
    row("  started again and agreed", start);
  }

  private void cutRegion() throws Exception {
    long start = System.nanoTime();
    ip("link", "set", "bfm-link", "down");
    agree(peers.subList(0, 3), 60);
    agree(peers.subList(3, 6), 60);
    row("regions cut: each side has declared the other", start);
    Thread.sleep(TimeUnit.SECONDS.toMillis(30));
    start = System.nanoTime();
    ip("link", "set", "bfm-link", "up");
    agree(peers, 120);
    row("  healed after 30 s more: all agree", start);
  }

  private void cutOneLinkOneWay() throws Exception {
    List<Integer> marks = marks(peers);
    blackhole("add", 0, 3);
    Thread.sleep(TimeUnit.SECONDS.toMillis(60));
    int failed = 0;
    for (int i = 0; i < NODES; i++) {
      failed += peers.get(i).said("FAILED ", marks.get(i)) ? 1 : 0;
    }
    System.out.printf(
        "%-52s %d of %d nodes declared somebody%n",
        "one link cut in one direction for 60 s", failed, NODES);
    blackhole("del", 0, 3);
    agree(peers, 60);
  }

  private void cutRegionOneWay() throws Exception {
    List<Integer> marks = marks(peers);
    long start = System.nanoTime();
    for (int from = 0; from < 3; from++) {
      for (int to = 3; to < 6; to++) {
        blackhole("add", from, to);
      }
    }
    for (int from = 0; from < 3; from++) {
      for (int to = 3; to < 6; to++) {
        peers.get(from).await("FAILED n" + to + " ", marks.get(from), 120);
      }
    }
    row("region a cut towards b only: a has declared b", start);
    start = System.nanoTime();
    for (int from = 0; from < 3; from++) {
      for (int to = 3; to < 6; to++) {
        blackhole("del", from, to);
      }
    }
    agree(peers, 120);
    row("  healed: all agree", start);
  }

  private Peer startNode(int index) throws Exception {
    List<String> program = new ArrayList<>(List.of("ip", "netns", "exec", "bfm-" + index));
    program.addAll(NodeProcess.command());
    Peer peer =
        Peer.start(
            program,
            "n" + index,
            address(index),
            "-port=10101",
            "-profile=wan",
            "-keys=MDEyMzQ1Njc4OWFiY2RlZg==");
    if (index != 0) {
      peer.tell("join " + address(0) + ":10101");
    }
    return peer;
  }

  /** Waits until these nodes see exactly each other. */
  private static void agree(List<Peer> nodes, int seconds) throws InterruptedException {
    String names = String.join(",", nodes.stream().map(Peer::name).toList());
    for (Peer node : nodes) {
      node.awaitMembers(names, seconds);
    }
  }

  private static List<Integer> marks(List<Peer> nodes) {
    return nodes.stream().map(Peer::mark).toList();
  }

  private static void row(String what, long since) {
    System.out.printf("%-52s %5.1f s%n", what, (System.nanoTime() - since) / 1e9);
  }

  private void build() throws IOException, InterruptedException {
    clear();
    for (String bridge : BRIDGES) {
      ip("link", "add", bridge, "type", "bridge");
      ip("link", "set", bridge, "up");
    }
    ip("link", "add", "bfm-link", "type", "veth", "peer", "name", "bfm-link2");
    ip("link", "set", "bfm-link", "master", BRIDGES[0], "up");
    ip("link", "set", "bfm-link2", "master", BRIDGES[1], "up");
    for (int i = 0; i < NODES; i++) {
      String netns = "bfm-" + i;
      ip("netns", "add", netns);
      ip("link", "add", "bfm-v" + i, "type", "veth", "peer", "name", "eth0", "netns", netns);
      ip("link", "set", "bfm-v" + i, "master", BRIDGES[i / 3], "up");
      ip("-n", netns, "addr", "add", address(i) + "/24", "dev", "eth0");
      ip("-n", netns, "link", "set", "eth0", "up");
      ip("-n", netns, "link", "set", "lo", "up");
    }
  }

  private void clear() throws IOException, InterruptedException {
    for (int i = 0; i < NODES; i++) {
      tryIp("netns", "del", "bfm-" + i);
    }
    tryIp("link", "del", "bfm-link");
    for (String bridge : BRIDGES) {
      tryIp("link", "del", bridge);
    }
  }

  private static void blackhole(String action, int from, int to) throws Exception {
    ip("-n", "bfm-" + from, "route", action, "blackhole", address(to) + "/32");
  }

  private static String address(int index) {
    return "10.77.19." + (index + 1);
  }

  private static void ip(String... args) throws IOException, InterruptedException {
    if (!tryIp(args)) {
      throw new IOException("ip " + String.join(" ", args) + " failed");
    }
  }

  private static boolean tryIp(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }
}
