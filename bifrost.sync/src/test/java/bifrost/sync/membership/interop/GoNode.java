package bifrost.sync.membership.interop;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Builds the Go node once per test run, from Debian's packages, which root installs if needed. */
final class GoNode {
  private static final Path GOPATH = Path.of("/usr/share/gocode");
  private static final Path LIBRARY = GOPATH.resolve("src/github.com/hashicorp/memberlist");
  private static final List<String> PACKAGES =
      List.of("golang-go", "golang-github-hashicorp-memberlist-dev");

  private GoNode() {}

  /** The program; aborts the test where it can neither be built nor its tools be installed. */
  static Path build() throws IOException, InterruptedException {
    if (!available() && isRoot()) {
      run(
          new ProcessBuilder(
              "sh",
              "-c",
              "apt-get update -q; DEBIAN_FRONTEND=noninteractive"
                  + " apt-get install -y -q --no-install-recommends "
                  + String.join(" ", PACKAGES)));
    }
    Assumptions.assumeTrue(
        available(),
        "no Go with memberlist here: as root, apt-get install " + String.join(" ", PACKAGES));
    Path source = Path.of("src/test/go").toAbsolutePath();
    Path target = Path.of("target/go").toAbsolutePath();
    Files.createDirectories(target);
    Path program = target.resolve("node");
    ProcessBuilder build =
        new ProcessBuilder("go", "build", "-o", program.toString(), "main.go")
            .directory(source.toFile());
    build.environment().put("GO111MODULE", "off");
    build.environment().put("GOPATH", GOPATH.toString());
    build.environment().putIfAbsent("GOCACHE", target.resolve("cache").toString());
    build.environment().putIfAbsent("HOME", target.toString());
    String output = run(build);
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException("go build failed: " + output);
    }
    return program;
  }

  private static boolean available() {
    boolean go = false;
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      go |= Files.isExecutable(Path.of(folder, "go"));
    }
    return go && Files.isDirectory(LIBRARY);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"))
        && Files.isExecutable(Path.of("/usr/bin/apt-get"));
  }

  private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor(5, TimeUnit.MINUTES);
    return output;
  }
}
