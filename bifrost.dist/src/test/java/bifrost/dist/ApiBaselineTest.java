package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gate: the contracts change only as their versions say. */
class ApiBaselineTest {
  private static final String UNRELEASED = "# baseline: unreleased";

  private static final ApiSignatures RELEASED =
      signatures("1.2.0", "Spi: interface Spi @ConsumerType", "Spi: public abstract void a()");

  @Test
  void theContractsAreAsCommittedOrHaveANewVersion() throws IOException {
    Module api =
        Workspace.modules().stream()
            .filter(module -> module.name().equals("bifrost.api"))
            .findFirst()
            .orElseThrow();
    Path file = api.folder().resolve("api.txt");
    ApiSignatures current = ApiSignatures.of(api);
    if (Boolean.getBoolean("bifrost.api.write")) {
      List<String> text = new ArrayList<>();
      text.add("# What plugins see of bifrost.api; written by './bifrost build --api'.");
      text.add(Files.exists(file) ? Files.readAllLines(file).get(1) : UNRELEASED);
      text.addAll(current.format());
      Files.write(file, text);
    }
    List<String> committed = Files.readAllLines(file);
    assertEquals(
        List.of(),
        ApiBaseline.faults(
            ApiSignatures.parse(committed), current, !committed.get(1).equals(UNRELEASED)),
        "raise the version in package-info.java, or, before a release, run './bifrost build --api'");
  }

  @Test
  void aTextThatWasWrittenIsReadBack() throws IOException {
    assertEquals(RELEASED, ApiSignatures.parse(RELEASED.format()));
  }

  @Test
  void beforeAReleaseEveryDifferenceIsSaid() {
    assertEquals(1, ApiBaseline.faults(RELEASED, signatures("1.2.0"), false).size());
    assertEquals(List.of(), ApiBaseline.faults(RELEASED, RELEASED, false));
  }

  @Test
  void aRemovedSignatureNeedsANewMajorVersion() {
    assertTrue(fault(signatures("1.3.0", "Spi: interface Spi @ConsumerType")).contains("2.0.0"));
    assertEquals(
        List.of(),
        ApiBaseline.faults(
            RELEASED, signatures("2.0.0", "Spi: interface Spi @ConsumerType"), true));
  }

  @Test
  void aNewMethodForPluginsToImplementNeedsANewMajorVersion() {
    assertTrue(fault(extended("1.3.0", "Spi: public abstract void b()")).contains("2.0.0"));
  }

  @Test
  void anythingElseThatIsNewNeedsANewMinorVersion() {
    assertTrue(fault(extended("1.2.0", "Spi: public default void b()")).contains("1.3.0"));
    assertEquals(
        List.of(),
        ApiBaseline.faults(RELEASED, extended("1.3.0", "Spi: public default void b()"), true));
  }

  private static String fault(ApiSignatures current) {
    List<String> faults = ApiBaseline.faults(RELEASED, current, true);
    assertEquals(1, faults.size());
    return faults.getFirst();
  }

  private static ApiSignatures extended(String version, String line) {
    return signatures(
        version, "Spi: interface Spi @ConsumerType", "Spi: public abstract void a()", line);
  }

  private static ApiSignatures signatures(String version, String... lines) {
    List<String> text = new ArrayList<>();
    text.add("package p " + version);
    text.addAll(List.of(lines));
    return ApiSignatures.parse(text);
  }
}
