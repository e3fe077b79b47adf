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
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** A configuration file, read as at a start, and checked by the bundles that it configures. */
final class FileCheck {
  private static final String MEMBERSHIP = "bifrost.sync.membership";

  private final UnaryOperator<String> environment;
  private final Duration limit;

  FileCheck(UnaryOperator<String> environment, Duration limit) {
    this.environment = environment;
    this.limit = limit;
  }

  /** What is wrong with a file. */
  Report check(Path file, Path dataDir) {
    List<Finding> findings = new ArrayList<>();
    String nodeId = "";
    String region = "";
    try {
      ConfigFile config =
          new ConfigReader(new Environment(environment::apply), dataDir.toAbsolutePath())
              .read(file);
      config
          .warnings()
          .forEach(
              warning ->
                  findings.add(
                      finding(
                          "config-ignored",
                          Finding.Severity.WARNING,
                          "Part of the file is not used.",
                          warning,
                          "Take it out of the file, or mend its name.")));
      Map<String, Map<String, Object>> plugins = plugins(config);
      nodeId = config.nodeId().orElse("");
      region =
          String.valueOf(plugins.getOrDefault(MEMBERSHIP, Map.of()).getOrDefault("region", ""));
      for (ConfigurationCheck check : ServiceLoader.load(ConfigurationCheck.class)) {
        findings.addAll(check.check(plugins, limit));
      }
    } catch (InvalidConfigException e) {
      findings.add(
          finding(
              "config-invalid",
              Finding.Severity.ERROR,
              "The file cannot be used: a node does not start with it.",
              e.getMessage(),
              "Mend the fields that are named."));
    }
    findings.sort(Comparator.comparing(Finding::severity).thenComparing(Finding::id));
    return new Report(nodeId, region, Instant.now(), Optional.empty(), findings, List.of());
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
      String id, Finding.Severity severity, String cause, String evidence, String fix) {
    return new Finding(id, severity, "", cause, evidence, fix, Instant.now());
  }
}
