package bifrost.dist;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The checkout that the gates look at. */
final class Workspace {
  private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".git", "data");

  private Workspace() {}

  /** The root of the checkout. */
  static Path root() {
    return Path.of(System.getProperty("bifrost.root"));
  }

  /** The assembled distribution. */
  static Path distribution() {
    return Path.of(System.getProperty("bifrost.dist"));
  }

  /** All modules with sources of a bundle. */
  static List<Module> modules() throws IOException {
    List<Module> modules = new ArrayList<>();
    for (Path file : files()) {
      Path folder = file.getParent();
      if (file.endsWith("pom.xml") && Files.isDirectory(folder.resolve("src/main/java"))) {
        modules.add(new Module(root().relativize(folder).toString().replace('/', '.'), folder));
      }
    }
    return modules;
  }

  /** All modules whose bundle is up to date; when Maven builds everything, that is all of them. */
  static List<Module> builtModules() throws IOException {
    List<Module> built = new ArrayList<>();
    for (Module module : modules()) {
      if (module.isUpToDate()) {
        built.add(module);
      }
    }
    return built;
  }

  /** All files but those that are made. */
  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return SKIPPED.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }
}
