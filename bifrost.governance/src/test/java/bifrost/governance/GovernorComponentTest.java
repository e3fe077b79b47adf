package bifrost.governance;

import static bifrost.governance.Fixture.DOLLAR;
import static bifrost.governance.Fixture.budget;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Admission;
import bifrost.api.journal.Writer;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.runtime.ledger.MemoryLedger;
import java.lang.annotation.Annotation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GovernorComponentTest {
  private Snapshot snapshot = new TestSnapshot(1, true, List.of(key(Limits.NONE)));
  private final GovernorComponent governor = governor("0");

  @AfterEach
  void stop() {
    governor.deactivate();
  }

  @Test
  void aChangeOfLimitsOnModelsAppliesToTheNextRequest() {
    assertInstanceOf(Admission.Granted.class, governor.admit(chat("openai/m", 1), snapshot));
    ModelConfig nothing =
        new ModelConfig("mc", "m", Optional.empty(), Optional.empty(), budget("b1", 0));
    snapshot = new TestSnapshot(2, true, List.of(key(Limits.NONE), nothing));
    governor.published(snapshot, List.of(Change.put(nothing, new Version(1, "n"))));
    assertInstanceOf(Admission.Refused.class, governor.admit(chat("openai/m", 1), snapshot));
    assertEquals(0, governor.budget("b1").orElseThrow().limit());
    Snapshot older = new TestSnapshot(1, true, List.of(key(Limits.NONE)));
    governor.published(older, List.of());
    assertInstanceOf(
        Admission.Refused.class,
        governor.admit(chat("openai/m", 1), snapshot),
        "a snapshot that is late changes nothing");
    Snapshot loaded = new TestSnapshot(3, true, List.of(key(Limits.NONE)));
    governor.published(
        loaded, List.of(Change.remove(EntityType.MODEL_CONFIG, "mc", new Version(2, "n"))));
    assertInstanceOf(Admission.Granted.class, governor.admit(chat("openai/m", 1), loaded));
  }

  @Test
  void configurationThatCouldNotBeUsedIsRefusedWhereItIsWritten() {
    refused(rule("model ===", List.of(target(1))), "cel_expression");
    refused(rule("", List.of()), "targets");
    refused(rule("", List.of(target(-1))), "targets[0].weight");
    governor.check(rule("model == 'm'", List.of(target(1))));
    refused(
        new PriceOverride("p", Optional.empty(), "m", Optional.empty(), Map.of("euros", 1L)),
        "prices");
    Budget budget = Fixture.monthly("b1", DOLLAR, Budget.Kind.SOFT);
    Budget same = Fixture.monthly("b2", DOLLAR, Budget.Kind.SOFT);
    refused(
        new Team("t", "t", Optional.empty(), new Limits(List.of(budget, same), List.of(), false)),
        "budgets[1].reset_duration");
    governor.check(new Team("t", "t", Optional.empty(), budget("b1", 1)));
  }

  @Test
  void metricsSayWhatIsOpenAndWhatWasRefused() {
    Fixture fixture = new Fixture(key(budget("b1", 0)));
    fixture.refused(chat("openai/m", 1));
    List<String> lines = new ArrayList<>();
    fixture
        .admissions
        .counts()
        .collect(
            new bifrost.api.metrics.MetricSource.Sink() {
              @Override
              public void counter(
                  String name, String help, Map<String, String> labels, double value) {
                lines.add(name + labels + value);
              }

              @Override
              public void gauge(
                  String name, String help, Map<String, String> labels, double value) {
                lines.add(name + labels + value);
              }
            });
    assertTrue(
        lines.contains("bifrost_governance_refused_total{type=budget_exceeded}1.0"), "" + lines);
    assertTrue(lines.contains("bifrost_governance_holds{}0.0"), "" + lines);
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    for (String ceiling : List.of("-1", "x", "", "1e9", "0.0000000001")) {
      InvalidConfigException e =
          assertThrows(InvalidConfigException.class, () -> governor(ceiling), ceiling);
      assertEquals("unpriced_ceiling_usd", e.path());
    }
    assertEquals(250_000_000, GovernorSettings.from(config("0.25")).unpriced().ceilingNanos());
  }

  private void refused(Entity entity, String path) {
    InvalidConfigException e =
        assertThrows(InvalidConfigException.class, () -> governor.check(entity));
    assertEquals(path, e.path());
  }

  private static RoutingRule rule(String expression, List<RoutingRule.Target> targets) {
    return new RoutingRule(
        "r",
        "r",
        true,
        expression,
        targets,
        List.of(),
        RoutingRule.Scope.GLOBAL,
        Optional.empty(),
        0);
  }

  private static RoutingRule.Target target(double weight) {
    return new RoutingRule.Target(
        Optional.of("openai"), Optional.empty(), Optional.empty(), weight);
  }

  private GovernorComponent governor(String ceiling) {
    return new GovernorComponent(
        new MemoryLedger(new Writer("n1", 1), Clock.systemUTC(), 100, values -> {}),
        new Owner(),
        config(ceiling));
  }

  private static GovernorConfig config(String ceiling) {
    return new GovernorConfig() {
      @Override
      public String prices__location() {
        return "";
      }

      @Override
      public long prices__refresh__seconds() {
        return 86_400;
      }

      @Override
      public String unpriced__ceiling__usd() {
        return ceiling;
      }

      @Override
      public long idle__key__seconds() {
        return 60;
      }

      @Override
      public long hard__budget__share() {
        return 1_000_000;
      }

      @Override
      public Class<? extends Annotation> annotationType() {
        return GovernorConfig.class;
      }
    };
  }

  private final class Owner implements SnapshotOwner {
    @Override
    public Snapshot current() {
      return snapshot;
    }

    @Override
    public Written put(Entity entity, Optional<Version> expected) {
      throw new AssertionError("not written here");
    }

    @Override
    public Written remove(EntityType type, String id, Optional<Version> expected) {
      throw new AssertionError("not written here");
    }

    @Override
    public List<Change> merge(List<Change> changes) {
      throw new AssertionError("not written here");
    }

    @Override
    public Version version(EntityType type, String id) {
      return Version.NEVER;
    }
  }
}
