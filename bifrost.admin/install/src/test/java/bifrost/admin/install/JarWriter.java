package bifrost.admin.install;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Writes plugin jars. */
final class JarWriter {
  private final Map<String, String> headers = new LinkedHashMap<>();
  private boolean withCode;

  private JarWriter(String symbolicName, String version) {
    headers.put("Bundle-ManifestVersion", "2");
    headers.put("Bundle-SymbolicName", symbolicName);
    headers.put("Bundle-Version", version);
  }

  static JarWriter plugin(String version, int providers) {
    JarWriter writer = new JarWriter("test.plugin", version);
    writer.withCode = true;
    return writer
        .header("Bundle-Activator", TestPlugin.class.getName())
        .header("Import-Package", "org.osgi.framework")
        .header(TestPlugin.PROVIDERS, Integer.toString(providers));
  }

  static JarWriter library(String symbolicName, String version) {
    return new JarWriter(symbolicName, version);
  }

  JarWriter header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  byte[] bytes() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(out, manifest)) {
      if (withCode) {
        for (Class<?> type : new Class<?>[] {TestPlugin.class, TestPlugin.Silent.class}) {
          String entry = type.getName().replace('.', '/') + ".class";
          jar.putNextEntry(new JarEntry(entry));
          try (InputStream code = type.getClassLoader().getResourceAsStream(entry)) {
            code.transferTo(jar);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes beside the file and renames, as operators are told to. */
  static void write(Path file, byte[] bytes) {
    try {
      Path whole = file.resolveSibling(file.getFileName() + ".tmp");
      Files.write(whole, bytes);
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void to(Path file) {
    write(file, bytes());
  }
}
