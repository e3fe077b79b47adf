package bifrost.sync.membership.interop;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Builds the Go node once per test run, from Debian's packages. */
final class GoNode {
  private static final Path GOPATH = Path.of("/usr/share/gocode");
  private static final Path LIBRARY = GOPATH.resolve("src/github.com/hashicorp/memberlist");
  private static final List<String> PACKAGES =
      List.of("golang-go", "golang-github-hashicorp-memberlist-dev");

  private GoNode() {}

  /** The program; aborts the test where there is nothing to build it with. */
  static Path build() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        available(),
        "no Go with memberlist here: ./bifrost test --install, or apt-get install "
            + String.join(" ", PACKAGES));
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

  private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor(5, TimeUnit.MINUTES);
    return output;
  }
}
