package bifrost.sync.membership.interop;

import bifrost.sync.membership.protocol.GossipNode;
import bifrost.sync.membership.protocol.MemberRecord;
import bifrost.sync.membership.protocol.NodeListener;
import bifrost.sync.membership.protocol.OwnerThread;
import bifrost.sync.membership.protocol.Profile;
import bifrost.sync.membership.transport.NetTransport;
import bifrost.sync.membership.wire.Keyring;
import bifrost.sync.membership.wire.Label;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.Security;
import bifrost.sync.membership.wire.StreamCodec;
import bifrost.sync.membership.wire.WireLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * One of our nodes in a process of its own, driven over standard input and output by the same
 * commands as {@code src/test/go/main.go}.
 */
public final class NodeProcess implements NodeListener {
  /** Times as short as those of the Go node in the tests. */
  static final Profile FAST =
      new Profile(
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          3,
          8,
          true,
          15,
          2,
          2,
          Duration.ofMillis(50),
          3,
          Duration.ofSeconds(30),
          8,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          1_400);

  private final Security security;
  private final OwnerThread owner = new OwnerThread("test");
  private final Set<InetSocketAddress> seeds = new LinkedHashSet<>();
  private GossipNode node;

  private NodeProcess(Security security) {
    this.security = security;
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (String arg : args) {
      String[] pair = arg.substring(1).split("=", 2);
      options.put(pair[0], pair[1]);
    }
    Keyring keys = Keyring.EMPTY;
    for (String key : options.getOrDefault("keys", "").split(",")) {
      keys = key.isEmpty() ? keys : keys.add(Base64.getDecoder().decode(key));
    }
    new NodeProcess(new Security(Label.NONE, keys)).run(options);
  }

  private void run(Map<String, String> options) throws IOException {
    Profile profile =
        switch (options.getOrDefault("profile", "fast")) {
          case "lan" -> Profile.LAN;
          case "wan" -> Profile.WAN;
          default -> FAST;
        };
    InetAddress bind = InetAddress.getByName(options.getOrDefault("bind", "127.0.0.1"));
    NetTransport transport =
        NetTransport.bind(
            bind, Integer.parseInt(options.getOrDefault("port", "0")), profile.streamTimeout());
    boolean compress = Boolean.parseBoolean(options.getOrDefault("compress", "false"));
    node =
        new GossipNode(
            new GossipNode.Settings(
                options.get("name"),
                new InetSocketAddress(bind, transport.port()),
                bytes(options.getOrDefault("meta", "")),
                profile),
            owner,
            transport,
            new PacketCodec(security, compress, WireLimits.DEFAULT),
            new StreamCodec(security, compress, WireLimits.DEFAULT),
            this,
            (seed, failure) -> say(failure.isEmpty() ? "SEED ok " + seed : "SEED " + failure),
            new Random());
    owner.execute(node::start);
    say("READY " + transport.port());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      command(line.split(" ", 3));
    }
    System.exit(0);
  }

  private void command(String[] words) {
    try {
      switch (words[0]) {
        case "join" -> {
          int colon = words[1].lastIndexOf(':');
          seeds.add(
              new InetSocketAddress(
                  InetAddress.getByName(words[1].substring(0, colon)),
                  Integer.parseInt(words[1].substring(colon + 1))));
          owner.execute(() -> node.seeds(new ArrayList<>(seeds)));
        }
        case "members" -> {
          owner.execute(() -> say("MEMBERS " + present()));
          return;
        }
        case "meta" -> owner.execute(() -> node.describe(bytes(words[1])));
        case "send" -> owner.execute(() -> node.send(words[1], bytes(words[2])));
        case "sendtcp" -> owner.execute(() -> node.sendReliably(words[1], bytes(words[2])));
        case "addkey" -> security.replace(security.keys().add(key(words[1])));
        case "usekey" -> security.replace(security.keys().use(key(words[1])));
        case "removekey" -> security.replace(security.keys().remove(key(words[1])));
        case "leave" -> {
          CompletableFuture<Void> left = new CompletableFuture<>();
          owner.execute(() -> node.leave(Duration.ofSeconds(5), () -> left.complete(null)));
          left.join();
        }
        case "quit" -> System.exit(0);
        default -> throw new IllegalArgumentException(words[0]);
      }
      say("OK");
    } catch (IOException | RuntimeException e) {
      say("ERROR " + e);
    }
  }

  private String present() {
    return node.members().stream()
        .filter(member -> member.state().compareTo(Liveness.SUSPECT) <= 0)
        .map(MemberRecord::name)
        .sorted()
        .collect(Collectors.joining(","));
  }

  @Override
  public void changed(Kind kind, MemberRecord member) {
    say(kind + " " + member.name() + " " + new String(member.meta(), StandardCharsets.UTF_8));
  }

  @Override
  public void conflict(MemberRecord known, InetSocketAddress other) {
    say("CONFLICT " + known.name() + " " + other);
  }

  @Override
  public void message(byte[] payload) {
    say("MSG " + new String(payload, StandardCharsets.UTF_8));
  }

  private static byte[] key(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** The command that starts it. */
  static List<String> command() {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-Xmx64m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        NodeProcess.class.getName());
  }
}
