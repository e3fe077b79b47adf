package bifrost.it.cluster;

import bifrost.it.cluster.probe.ProbeResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packs {@link ProbeResource} as a bundle into a node's folder of plugins. */
final class ProbeBundle {
  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="probe" init="2">
        <service><provide interface="bifrost.api.http.HttpResource"/></service>
        <reference name="ledger" interface="bifrost.api.ledger.Ledger" parameter="0"/>
        <reference name="limits" interface="bifrost.api.governance.LimitInspector" parameter="1"/>
        <implementation class="%s"/>
      </scr:component>
      """
          .formatted(ProbeResource.class.getName());

  private ProbeBundle() {}

  static void install(Path data) throws IOException {
    Path plugins = Files.createDirectories(data.resolve("plugins"));
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", "bifrost.it.probe");
    main.putValue("Bundle-Version", "1.0.0");
    main.putValue("Service-Component", "OSGI-INF/probe.xml");
    main.putValue("Import-Package", "bifrost.api.governance,bifrost.api.http,bifrost.api.ledger");
    try (OutputStream out = Files.newOutputStream(plugins.resolve("probe.jar"));
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      String name = ProbeResource.class.getName().replace('.', '/') + ".class";
      jar.putNextEntry(new JarEntry(name));
      try (InputStream in = ProbeResource.class.getClassLoader().getResourceAsStream(name)) {
        in.transferTo(jar);
      }
      jar.putNextEntry(new JarEntry("OSGI-INF/probe.xml"));
      jar.write(COMPONENT.getBytes(StandardCharsets.UTF_8));
      jar.closeEntry();
    }
  }
}
