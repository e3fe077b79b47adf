package bifrost.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A folder that the scripts take for a JDK. Its {@code java} writes its arguments into a file and
 * then does what it is told.
 */
record FakeJdk(Path folder) {
  /**
   * Makes one.
   *
   * @param version what its release file says
   * @param setup shell commands that it runs before it writes its arguments, such as a trap
   * @param behaviour shell commands that it runs afterwards
   */
  static FakeJdk create(Path folder, int version, String setup, String behaviour)
      throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"%d.0.1\"\n".formatted(version));
    Path java = bin.resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        %2$s
        for argument; do printf '%%s\\n' "$argument"; done >"%1$s/arguments.new"
        mv "%1$s/arguments.new" "%1$s/arguments"
        %3$s
        """
            .formatted(folder, setup, behaviour));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new FakeJdk(folder);
  }

  /** The arguments of its last start; empty before the first. */
  List<String> arguments() throws IOException {
    Path file = folder.resolve("arguments");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
