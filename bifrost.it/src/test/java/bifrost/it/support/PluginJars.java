package bifrost.it.support;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes new versions of the distribution's bundles. */
public final class PluginJars {
  private PluginJars() {}

  /** A bundle of the distribution, from {@code bundle/} or {@code plugins/}. */
  public static Path of(String symbolicName) throws IOException {
    for (String folder : new String[] {"bundle", "plugins"}) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(
              GatewayProcess.distribution().resolve(folder), symbolicName + "{-*,}.jar")) {
        for (Path jar : found) {
          return jar;
        }
      }
    }
    throw new IOException("no bundle " + symbolicName + " in the distribution");
  }

  /** Writes a jar again under another bundle version, and moves it into place in one step. */
  public static void write(Path jar, String version, Path target) throws IOException {
    Path written = Files.createTempFile(target.getParent().getParent(), "plugin-", ".jar");
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
      Manifest manifest = in.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(written), manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
          out.closeEntry();
        }
      }
    }
    Files.move(
        written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
