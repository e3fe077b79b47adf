package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Gates: what moves errors from resolve time to the worst moment.
 *
 * <p>A bundle that carries libraries because they are no bundles says so, and why, in a header
 * {@code Bifrost-Wraps} of its bnd file; it alone may embed jars and import optionally.
 */
class ManifestsTest {
  private static final String WRAPS = "Bifrost-Wraps";

  @Test
  void noBundleHasAnActivatorDynamicImportsOrRequiredBundles() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Module module : Workspace.builtModules()) {
      for (String header : List.of("Bundle-Activator", "DynamicImport-Package", "Require-Bundle")) {
        if (!module.header(header).isEmpty()) {
          faults.add(module.name() + " has " + header);
        }
      }
    }
    assertEquals(List.of(), faults);
  }

  @Test
  void onlyWrappersEmbedJars() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Module module : Workspace.builtModules()) {
      boolean embeds =
          !module.header("Bundle-ClassPath").isEmpty()
              || module.entries().stream().anyMatch(entry -> entry.endsWith(".jar"));
      if (embeds && module.header(WRAPS).isBlank()) {
        faults.add(module.name() + " embeds jars and has no header " + WRAPS);
      }
    }
    assertEquals(List.of(), faults);
  }

  @Test
  void onlyWrappersImportOptionally() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Module module : Workspace.builtModules()) {
      if (module.header("Import-Package").contains("resolution:=optional")
          && module.header(WRAPS).isBlank()) {
        faults.add(module.name() + " imports a package optionally");
      }
    }
    assertEquals(List.of(), faults);
  }
}
