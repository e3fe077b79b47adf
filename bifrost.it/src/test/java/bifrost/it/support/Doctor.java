package bifrost.it.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command {@code bifrost doctor} of the distribution, and what gateways say of their cluster.
 */
public final class Doctor {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Doctor() {}

  /**
   * How a run of the command ended.
   *
   * @param status its exit status
   * @param output what it printed
   */
  public record Run(int status, String output) {}

  /** Something that was found. */
  public record Found(String id, String severity, String subject, String cause, String text) {}

  /** Runs the command. */
  public static Run run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(GatewayProcess.distribution().resolve("bin/bifrost").toString());
    command.add("doctor");
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("BIFROST_.*|APP_.*"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("doctor does not end:\n" + output);
    }
    return new Run(process.exitValue(), output);
  }

  /** The findings in the JSON of the command or of the management API. */
  public static List<Found> findings(String json) {
    Map<String, Object> report = MAPPER.readValue(json, new TypeReference<>() {});
    List<Found> findings = new ArrayList<>();
    for (Object element : (List<?>) report.get("findings")) {
      Map<?, ?> finding = (Map<?, ?>) element;
      findings.add(
          new Found(
              (String) finding.get("id"),
              (String) finding.get("severity"),
              (String) finding.get("subject"),
              (String) finding.get("cause"),
              new TreeMap<>(finding).toString()));
    }
    return findings;
  }

  /** What a gateway has found. */
  public static List<Found> findings(GatewayProcess gateway)
      throws IOException, InterruptedException {
    try (Management management = Management.of(gateway)) {
      Management.Answer answer = management.call("GET", "/api/cluster/diagnostics");
      return answer.status() == 200 ? findings(answer.text()) : List.of();
    }
  }

  /** Waits until a gateway has found something whose subject contains a text. */
  public static Found await(GatewayProcess gateway, String id, String subject) throws Exception {
    AtomicReference<List<Found>> last = new AtomicReference<>(List.of());
    Await.until(
        "no %s [%s]".formatted(id, subject),
        () -> last + "\n" + gateway.logText(),
        () -> {
          last.set(findings(gateway));
          return find(last.get(), id, subject).isPresent();
        });
    return find(last.get(), id, subject).orElseThrow();
  }

  private static Optional<Found> find(List<Found> findings, String id, String subject) {
    return findings.stream()
        .filter(finding -> finding.id().equals(id) && finding.subject().contains(subject))
        .findFirst();
  }
}
