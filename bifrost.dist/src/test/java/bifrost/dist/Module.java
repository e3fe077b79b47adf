package bifrost.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * A module of the workspace that makes a bundle.
 *
 * @param name its folder below the workspace, with dots, which is the bundle's name too
 * @param folder its folder
 */
record Module(String name, Path folder) {
  /** Reads something from the open jar. */
  interface JarReader<T> {
    T read(JarFile jar) throws IOException;
  }

  /** Java sources of the bundle. */
  Path sources() {
    return folder.resolve("src/main/java");
  }

  /** The bundle, where it has been built. */
  Optional<Path> jar() throws IOException {
    Path target = folder.resolve("target");
    if (!Files.isDirectory(target)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name + "-[0-9][^/]*\\.jar"))
          .max((a, b) -> Long.compare(a.toFile().lastModified(), b.toFile().lastModified()));
    }
  }

  /** Whether the bundle has been built since its sources changed. */
  boolean isUpToDate() throws IOException {
    Optional<Path> jar = jar();
    if (jar.isEmpty()) {
      return false;
    }
    FileTime built = Files.getLastModifiedTime(jar.get());
    try (Stream<Path> files = Files.walk(sources())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.getLastModifiedTime(file).compareTo(built) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** The packages with sources. */
  TreeSet<String> sourcePackages() throws IOException {
    TreeSet<String> packages = new TreeSet<>();
    try (Stream<Path> files = Files.walk(sources())) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.getFileName().toString().equals("package-info.java"))
          .forEach(file -> packages.add(packageOf(sources().relativize(file))));
    }
    return packages;
  }

  /** The packages with classes in the bundle. */
  TreeSet<String> bundlePackages() throws IOException {
    return inJar(
        jar -> {
          TreeSet<String> packages = new TreeSet<>();
          jar.stream()
              .map(JarEntry::getName)
              .filter(entry -> entry.endsWith(".class"))
              .forEach(entry -> packages.add(packageOf(Path.of(entry))));
          return packages;
        });
  }

  /** The bundle's manifest. */
  Manifest manifest() throws IOException {
    return inJar(JarFile::getManifest);
  }

  /** A header of the bundle's manifest; empty when it has none. */
  String header(String header) throws IOException {
    String value = manifest().getMainAttributes().getValue(header);
    return value == null ? "" : value;
  }

  /** The content of an entry of the bundle. */
  byte[] entry(String entry) throws IOException {
    return inJar(
        jar -> {
          JarEntry found = jar.getJarEntry(entry);
          if (found == null) {
            throw new IOException("%s has no %s".formatted(name, entry));
          }
          return jar.getInputStream(found).readAllBytes();
        });
  }

  /** The names of the bundle's entries. */
  List<String> entries() throws IOException {
    return inJar(jar -> jar.stream().map(JarEntry::getName).toList());
  }

  private <T> T inJar(JarReader<T> reader) throws IOException {
    Path file = jar().orElseThrow(() -> new IOException(name + " has not been built"));
    try (JarFile jar = new JarFile(file.toFile())) {
      return reader.read(jar);
    }
  }

  private static String packageOf(Path file) {
    Path folder = file.getParent();
    return folder == null ? "" : folder.toString().replace('/', '.');
  }
}
