package bifrost.runtime.doctor;

import bifrost.api.cluster.ConfigurationCheck;
import bifrost.api.cluster.Diagnosis.Report;
import bifrost.api.cluster.Finding;
import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.ConfigReader;
import bifrost.runtime.config.json.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** A configuration file, read as at a start, and checked by the bundles that it configures. */
final class FileCheck {
  private static final String MEMBERSHIP = "bifrost.sync.membership";

  private final UnaryOperator<String> environment;
  private final Iterable<ConfigurationCheck> checks;
  private final Duration limit;

  /**
   * A check.
   *
   * @param checks what the bundles bring
   * @param limit how long each of them may take
   */
  FileCheck(
      UnaryOperator<String> environment, Iterable<ConfigurationCheck> checks, Duration limit) {
    this.environment = environment;
    this.checks = checks;
    this.limit = limit;
  }

  /** What is wrong with a file. */
  Report check(Path file, Path dataDir) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    String nodeId = "";
    String region = "";
    Optional<ConfigFile> read = read(file, dataDir, findings);
    if (read.isPresent()) {
      ConfigFile config = read.get();
      config
          .warnings()
          .forEach(
              warning ->
                  findings.add(
                      finding(
                          "config-ignored",
                          Finding.Severity.WARNING,
                          "",
                          "Part of the file is not used.",
                          warning,
                          "Take it out of the file, or mend its name.")));
      Map<String, Map<String, Object>> plugins = plugins(config);
      nodeId = config.nodeId().orElse("");
      region =
          String.valueOf(plugins.getOrDefault(MEMBERSHIP, Map.of()).getOrDefault("region", ""));
      for (ConfigurationCheck check : checks) {
        findings.addAll(run(check, plugins));
      }
    }
    findings.sort(Comparator.comparing(Finding::severity).thenComparing(Finding::id));
    return new Report(nodeId, region, Instant.now(), Optional.empty(), findings, List.of());
  }

  private Optional<ConfigFile> read(Path file, Path dataDir, List<Finding> findings)
      throws InterruptedException {
    ConfigReader reader =
        new ConfigReader(new Environment(environment::apply), dataDir.toAbsolutePath());
    try {
      return Optional.of(Bounded.call(() -> reader.read(file), limit));
    } catch (TimeoutException e) {
      findings.add(invalid("the file could not be read within %d s".formatted(limit.toSeconds())));
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case InvalidConfigException refused -> findings.add(invalid(refused.getMessage()));
        case OutOfMemoryError large ->
            findings.add(invalid("it does not fit into the memory of this command"));
        default -> throw new IllegalStateException(e.getCause());
      }
    }
    return Optional.empty();
  }

  /** What a bundle's check finds; it gets a little more time than it is told to have. */
  private List<Finding> run(ConfigurationCheck check, Map<String, Map<String, Object>> plugins)
      throws InterruptedException {
    try {
      return Bounded.call(() -> check.check(plugins, limit), limit.plus(limit.dividedBy(4)));
    } catch (TimeoutException e) {
      return List.of(
          unfinished(
              check,
              "did not end within %d s.".formatted(limit.toSeconds()),
              "it was stopped; what it would have found is not known"));
    } catch (ExecutionException e) {
      return List.of(unfinished(check, "failed.", String.valueOf(e.getCause())));
    }
  }

  private static Finding unfinished(ConfigurationCheck check, String what, String evidence) {
    String name = check.getClass().getName();
    return finding(
        "check-unfinished",
        Finding.Severity.WARNING,
        name,
        "The check %s %s".formatted(name, what),
        evidence,
        "Run it again; if it stays, tell those who made the bundle that brings this check.");
  }

  private static Finding invalid(String evidence) {
    return finding(
        "config-invalid",
        Finding.Severity.ERROR,
        "",
        "The file cannot be used: a node does not start with it.",
        evidence,
        "Mend what is named.");
  }

  /** The mesh's bundles learn the node's id at boot; here it may not exist yet. */
  private static Map<String, Map<String, Object>> plugins(ConfigFile config) {
    Map<String, Map<String, Object>> plugins = new LinkedHashMap<>();
    config
        .plugins()
        .forEach(
            (pid, properties) -> {
              Map<String, Object> all = new LinkedHashMap<>(properties);
              config.nodeId().ifPresent(id -> all.put("node_id", id));
              plugins.put(pid, all);
            });
    return plugins;
  }

  private static Finding finding(
      String id,
      Finding.Severity severity,
      String subject,
      String cause,
      String evidence,
      String fix) {
    return new Finding(id, severity, subject, cause, evidence, fix, Instant.now());
  }
}
