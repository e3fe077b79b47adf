package bifrost.sync.diagnosis.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingLogTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Symptom LABEL = Symptom.of(Fault.LABEL, "x", "cause", "evidence", "fix");
  private static final Symptom REGION =
      Symptom.of(Fault.REGION_MISSING, "us", "cause", "evidence", "fix");

  private final FindingLog log = new FindingLog(Duration.ofSeconds(20));

  @Test
  void aSymptomBecomesAFindingOnceItHasLasted() {
    assertEquals(0, appeared(0, LABEL));
    assertEquals(0, appeared(19, LABEL));
    assertEquals(1, appeared(20, LABEL));
    assertEquals(0, appeared(25, LABEL));
    assertEquals(START, log.findings().getFirst().since());
    assertEquals("cluster-label-mismatch", log.findings().getFirst().id());
  }

  @Test
  void whatRestartsCauseHasToLastLonger() {
    for (int second = 0; second < 60; second += 5) {
      assertEquals(0, appeared(second, REGION));
    }
    assertEquals(1, appeared(60, REGION));
  }

  @Test
  void aFindingEndsOnceItsSymptomHasBeenGone() {
    appeared(0, LABEL);
    appeared(10, LABEL);
    appeared(20, LABEL);
    assertEquals(0, update(30).ended().size());
    assertEquals(0, update(40).ended().size());
    assertEquals(1, update(41).ended().size());
    assertTrue(log.findings().isEmpty());
  }

  @Test
  void flappingRaisesOneAlarmAndEndsNone() {
    int appeared = 0;
    int ended = 0;
    for (int second = 0; second < 600; second += 5) {
      FindingLog.Changes changes = second % 10 == 0 ? update(second, LABEL) : update(second);
      appeared += changes.appeared().size();
      ended += changes.ended().size();
    }
    assertEquals(1, appeared);
    assertEquals(0, ended);
  }

  @Test
  void aSymptomThatPausesBeforeItLastedStartsAgain() {
    appeared(0, LABEL);
    update(5);
    update(11);
    assertEquals(0, appeared(15, LABEL));
    assertEquals(0, appeared(25, LABEL));
    assertEquals(1, appeared(35, LABEL));
  }

  @Test
  void aClockThatIsSetAgesNoSymptom() {
    appeared(0, LABEL);
    Instant anHourLater = START.plusSeconds(3_600);
    assertEquals(
        0, log.update(anHourLater, Duration.ofSeconds(5), List.of(LABEL)).appeared().size());
    assertEquals(
        1,
        log.update(START.minusSeconds(60), Duration.ofSeconds(20), List.of(LABEL))
            .appeared()
            .size());
  }

  @Test
  void theWorstComesFirstAndTheNumberIsBounded() {
    List<Symptom> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(Symptom.of(Fault.CLOCK_SKEW, "m" + i, "cause", "evidence", "fix"));
    }
    many.addFirst(LABEL);
    for (int second = 0; second <= 60; second += 5) {
      log.update(START.plusSeconds(second), Duration.ofSeconds(second), many);
    }
    assertEquals(256, log.findings().size());
    assertEquals("cluster-label-mismatch", log.findings().getFirst().id());
  }

  private int appeared(int second, Symptom... symptoms) {
    return update(second, symptoms).appeared().size();
  }

  private FindingLog.Changes update(int second, Symptom... symptoms) {
    return log.update(START.plusSeconds(second), Duration.ofSeconds(second), List.of(symptoms));
  }
}
