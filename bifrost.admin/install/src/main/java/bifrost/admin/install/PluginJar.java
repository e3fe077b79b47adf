package bifrost.admin.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;

/** Looks into a jar before the framework does, to say in one line what is wrong with it. */
final class PluginJar {
  private PluginJar() {}

  /**
   * Checks that a file is a whole jar and a bundle.
   *
   * @throws IOException with the reason when it is not
   */
  static void check(Path file) throws IOException {
    Manifest manifest;
    try (JarFile jar = new JarFile(file.toFile())) {
      manifest = jar.getManifest();
    } catch (IOException | SecurityException e) {
      throw new IOException("no readable jar, perhaps not copied whole: " + e.getMessage(), e);
    }
    if (manifest == null
        || manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
      throw new IOException("no bundle, its manifest has no Bundle-SymbolicName");
    }
  }
}
