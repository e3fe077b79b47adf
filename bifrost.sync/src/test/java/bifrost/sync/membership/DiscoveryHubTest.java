package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.PeerDiscovery;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryHubTest {
  private static final Set<Candidate> ONE = Set.of(Candidate.of("127.0.0.1", 10101));
  private static final Set<Candidate> TWO =
      Set.of(Candidate.of("127.0.0.1", 10101), Candidate.of("127.0.0.2", 10101));

  private final AtomicReference<PeerDiscovery.Observer> observer = new AtomicReference<>();
  private final DiscoveryHub hub =
      new DiscoveryHub(
          new Announcement("eu-1", "eu", "127.0.0.1", 10101),
          List.of(),
          Clock.systemUTC(),
          addresses -> {});

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void anOutageKeepsWhatWasFound() {
    hub.add(new Named());
    observer.get().found(TWO);
    observer.get().failed("the backend is away");
    assertEquals(TWO, state().candidates());
    assertEquals(Optional.of("the backend is away"), state().failure());
  }

  @Test
  void anAnswerInPartIsTakenAndItsCauseShown() {
    hub.add(new Named());
    observer.get().foundInPart(ONE, "us: does not answer");
    observer.get().foundInPart(TWO, "us: does not answer");
    assertEquals(TWO, state().candidates());
    assertEquals(Optional.of("us: does not answer"), state().failure());
    observer.get().found(ONE);
    assertEquals(ONE, state().candidates());
    assertEquals(Optional.empty(), state().failure());
  }

  private DiscoveryState state() {
    return hub.states().get(0);
  }

  /** A method that finds what the test says. */
  private final class Named implements PeerDiscovery {
    @Override
    public String method() {
      return "named";
    }

    @Override
    public Scope scope() {
      return Scope.GLOBAL;
    }

    @Override
    public Session open(Announcement self, Observer found) {
      observer.set(found);
      return () -> {};
    }
  }
}
