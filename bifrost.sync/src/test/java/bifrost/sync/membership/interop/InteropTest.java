package bifrost.sync.membership.interop;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our nodes and nodes of the Go library in one cluster. */
class InteropTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String NEXT_KEY =
      Base64.getEncoder().encodeToString("0123456789abcdef".getBytes());

  private static List<String> go;

  private final List<Peer> peers = new ArrayList<>();

  @BeforeAll
  static void buildGoNode() throws Exception {
    go = List.of(GoNode.build().toString());
  }

  @AfterEach
  void end() {
    peers.forEach(Peer::close);
  }

  @ParameterizedTest(name = "encrypted {0}, compressed {1}, over {2}")
  @CsvSource({
    "false, false, 127.0.0.1",
    "false, true, 127.0.0.1",
    "true, false, 127.0.0.1",
    "true, true, 127.0.0.1",
    "true, true, ::1"
  })
  void allSeeAllAndHearOfMetadataMessagesAndLeaving(
      boolean encrypted, boolean compressed, String bind) throws Exception {
    String[] options = {
      "-keys=" + (encrypted ? KEY : ""), "-compress=" + compressed, "-meta=" + "m".repeat(400)
    };
    Peer go1 = start(go, "go1", bind, options);
    Peer java1 = start(NodeProcess.command(), "java1", bind, options);
    Peer java2 = start(NodeProcess.command(), "java2", bind, options);
    Peer go2 = start(go, "go2", bind, options);
    java1.tell("join " + go1.address()); // ours joins Go's
    go2.tell("join " + java1.address()); // Go's joins ours
    java2.tell("join " + java1.address());
    for (Peer peer : peers) {
      peer.awaitMembers("go1,go2,java1,java2", 20);
    }

    int go1Mark = go1.mark();
    int java2Mark = java2.mark();
    go2.tell("meta go-changed");
    java1.tell("meta java-changed");
    for (Peer peer : List.of(go1, java2)) {
      int mark = peer == go1 ? go1Mark : java2Mark;
      peer.await("UPDATED go2 go-changed", mark, 20);
      peer.await("UPDATED java1 java-changed", mark, 20);
    }

    go1.tell("send java1 packet from go");
    java1.await("MSG packet from go", 0, 10);
    go1.tell("sendtcp java1 stream from go");
    java1.await("MSG stream from go", 0, 10);
    java1.tell("send go1 packet from java");
    go1.await("MSG packet from java", 0, 10);
    java1.tell("sendtcp go1 stream from java");
    go1.await("MSG stream from java", 0, 10);

    java1.tell("leave");
    go1.await("LEFT java1", 0, 10);
    java2.await("LEFT java1", 0, 10);
    go2.tell("leave");
    go1.await("LEFT go2", 0, 10);
    java2.await("LEFT go2", 0, 10);
    assertFalse(go1.said("FAILED ", 0));
    assertFalse(java2.said("FAILED ", 0));
  }

  @Test
  void aKillOfEitherKindIsDetectedByTheOther() throws Exception {
    mixedCluster("");
    peers.get(1).kill();
    peers.get(3).kill();
    for (Peer peer : List.of(peers.get(0), peers.get(2))) {
      peer.await("FAILED go2", 0, 30);
      peer.await("FAILED java2", 0, 30);
      peer.awaitMembers("go1,java1", 30);
    }
  }

  @Test
  void aPausedNodeOfEitherKindIsSuspectedAndRefutes() throws Exception {
    mixedCluster("");
    Peer java1 = peers.get(2);
    for (Peer paused : List.of(peers.get(1), peers.get(3))) {
      paused.pause();
      java1.await("SUSPECTED " + paused.name(), 0, 20);
      paused.resume();
      java1.await("CLEARED " + paused.name(), 0, 20);
    }
    for (Peer peer : peers) {
      peer.awaitMembers("go1,go2,java1,java2", 20);
      assertFalse(peer.said("FAILED ", 0), peer.name());
    }
  }

  @Test
  void keysAreRotatedOnTheRunningCluster() throws Exception {
    mixedCluster(KEY);
    for (String step : List.of("addkey " + NEXT_KEY, "usekey " + NEXT_KEY, "removekey " + KEY)) {
      for (Peer peer : peers) {
        peer.tell(step);
      }
      Peer go1 = peers.get(0);
      Peer java1 = peers.get(2);
      String meta = step.substring(0, 3);
      go1.tell("meta " + meta);
      java1.tell("meta " + meta);
      java1.await("UPDATED go1 " + meta, 0, 20);
      go1.await("UPDATED java1 " + meta, 0, 20);
    }
    Peer late = start(go, "late", "127.0.0.1", "-keys=" + NEXT_KEY);
    late.tell("join " + peers.get(2).address());
    Peer later = start(NodeProcess.command(), "later", "127.0.0.1", "-keys=" + NEXT_KEY);
    later.tell("join " + peers.get(0).address());
    for (Peer peer : peers) {
      peer.awaitMembers("go1,go2,java1,java2,late,later", 20);
      assertFalse(peer.said("FAILED ", 0), peer.name());
    }
  }

  @Test
  void aNodeWithoutTheKeyIsNotLetIn() throws Exception {
    mixedCluster(KEY);
    Peer stranger = start(NodeProcess.command(), "stranger", "127.0.0.1");
    Peer other = start(go, "other", "127.0.0.1", "-keys=" + NEXT_KEY);
    stranger.tell("join " + peers.get(0).address());
    stranger.tell("join " + peers.get(2).address());
    stranger.await("SEED 127.0.0.1", 0, 20);
    try {
      other.tell("join " + peers.get(2).address());
      throw new IllegalStateException("the join went well");
    } catch (AssertionError refused) {
      // what must happen
    }
    stranger.awaitMembers("stranger", 5);
    other.awaitMembers("other", 5);
    peers.get(2).awaitMembers("go1,go2,java1,java2", 5);
  }

  /** go1, go2, java1, java2. */
  private void mixedCluster(String key) throws Exception {
    Peer first = start(go, "go1", "127.0.0.1", "-keys=" + key);
    start(go, "go2", "127.0.0.1", "-keys=" + key);
    start(NodeProcess.command(), "java1", "127.0.0.1", "-keys=" + key);
    start(NodeProcess.command(), "java2", "127.0.0.1", "-keys=" + key);
    for (Peer peer : peers) {
      if (peer != first) {
        peer.tell("join " + first.address());
      }
    }
    for (Peer peer : peers) {
      peer.awaitMembers("go1,go2,java1,java2", 20);
    }
  }

  private Peer start(List<String> program, String name, String bind, String... options)
      throws IOException, InterruptedException {
    Peer peer = Peer.start(program, name, bind, options);
    peers.add(peer);
    return peer;
  }
}
