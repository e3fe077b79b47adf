package bifrost.it.framework;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;

import bifrost.it.support.GatewayProcess;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.ops4j.pax.exam.Option;

/**
 * The bundles of the assembled distribution, with the start levels of its {@code
 * config.properties}, as options of Pax Exam: what is tested is what ships.
 */
final class Distribution {
  /** The watcher of folders and the interactive shell: tests install bundles themselves. */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "org\\.apache\\.felix\\.fileinstall-.*|.*gogo\\.shell-.*|bifrost\\.admin\\.(install|shell)-.*");

  private static final int PLUGIN_LEVEL = 5;

  private Distribution() {}

  /** The options, for a new data folder and a free port. */
  static Option[] options() throws IOException {
    Path home = GatewayProcess.distribution();
    Path data = Files.createTempDirectory("bifrost-pax-");
    List<Option> options = new ArrayList<>();
    Properties levels = new Properties();
    try (Reader in = Files.newBufferedReader(home.resolve("conf/config.properties"))) {
      levels.load(in);
    }
    for (int level = 1; level < PLUGIN_LEVEL; level++) {
      for (String location : levels.getProperty("felix.auto.start." + level, "").split("\\s+")) {
        String file = location.substring(location.lastIndexOf('/') + 1);
        if (!file.isEmpty() && !LEFT_OUT.matcher(file).matches()) {
          options.add(
              bundle(home.resolve("bundle").resolve(file).toUri().toString()).startLevel(level));
        }
      }
    }
    options.add(
        bundle(home.resolve("plugins/bifrost.providers.echo.jar").toUri().toString())
            .startLevel(PLUGIN_LEVEL));
    options.add(junitBundles());
    options.add(frameworkStartLevel(100));
    options.add(frameworkProperty("org.osgi.framework.bsnversion").value("multiple"));
    options.add(systemProperty("org.osgi.framework.bsnversion").value("multiple"));
    options.add(systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
    options.add(systemProperty("bifrost.dist").value(home.toString()));
    options.add(systemProperty("bifrost.home").value(home.toString()));
    options.add(systemProperty("bifrost.data").value(data.toString()));
    Path config = data.resolve("config.json");
    Files.writeString(config, "{\"providers\":{\"echo\":{}}}");
    options.add(systemProperty("bifrost.config").value(config.toString()));
    options.add(systemProperty("bifrost.port").value(Integer.toString(GatewayProcess.freePort())));
    options.add(systemProperty("logback.configurationFile").value(home + "/conf/logback.xml"));
    options.add(vmOptions("-Xmx512m", "-XX:+IgnoreUnrecognizedVMOptions"));
    return options.toArray(Option[]::new);
  }
}
