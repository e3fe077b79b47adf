package bifrost.admin.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.status.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusCommandsTest {
  private static final NodeStatus WAITING =
      new NodeStatus() {
        @Override
        public Boot boot() {
          return new Boot(
              "eu-1",
              7,
              "1.0.0",
              "config.json",
              12,
              Duration.ofMillis(850),
              Duration.ofMinutes(61),
              Optional.of("http://127.0.0.1:8080"));
        }

        @Override
        public LocalCopy localCopy() {
          return new LocalCopy(Optional.of(Duration.ofSeconds(7)), 2_048, true, false);
        }

        @Override
        public Readiness readiness() {
          return new Readiness(false, List.of("no provider serves 'acme'"));
        }

        @Override
        public List<ProviderState> providers() {
          return List.of(
              new ProviderState("echo", "echo", "bifrost.providers.echo 1.0.0", 0, 3, 1),
              new ProviderState("acme", "", "", 2, 0, 0));
        }
      };

  @Test
  void theStatusSaysWhoWhereAndWhatIsMissing() {
    assertEquals(
        """
        node            eu-1 (epoch 7)
        version         1.0.0
        listening       http://127.0.0.1:8080
        ready           no
                        - no provider serves 'acme'
        booted from     config.json, 12 rows in 850 ms
        local snapshot  2 kB, up to date 0 min 7 s ago, and all that this node has: no store could be read yet
        up for          1 h 1 min
        providers       2, 3 calls running, 1 on versions that drain""",
        StatusCommands.describe(WAITING));
  }

  @Test
  void aProviderThatNothingServesIsShownAsSuch() {
    assertEquals(
        """
        provider  adapter  bundle                        keys  running  draining
        echo      echo     bifrost.providers.echo 1.0.0  0     3        1
        acme      none     -                             2     0        0""",
        StatusCommands.table(WAITING.providers()));
  }

  @Test
  void withoutACoreTheWayToTheCauseIsNamed() {
    StatusCommands commands = new StatusCommands();
    assertTrue(commands.status().contains("bifrost:why"));
    assertTrue(commands.providers().contains("bifrost:why"));
  }
}
