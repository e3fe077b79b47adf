package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Gates: a package has one module, and a module has its packages in its bundle. */
class PackagesTest {
  @Test
  void everyPackageLivesInOneModule() throws IOException {
    Map<String, List<String>> owners = new TreeMap<>();
    for (Module module : Workspace.modules()) {
      for (String name : module.sourcePackages()) {
        owners.computeIfAbsent(name, key -> new ArrayList<>()).add(module.name());
      }
    }
    owners.values().removeIf(modules -> modules.size() == 1);
    assertEquals(Map.of(), owners, "packages that are in several modules");
  }

  @Test
  void everyPackageBeginsWithTheNameOfItsModule() throws IOException {
    List<String> strangers = new ArrayList<>();
    for (Module module : Workspace.modules()) {
      for (String name : module.sourcePackages()) {
        if (!(name + ".").startsWith(module.name() + ".")) {
          strangers.add(name + " in " + module.name());
        }
      }
    }
    assertEquals(List.of(), strangers);
  }

  @Test
  void everySourcePackageIsInItsBundle() throws IOException {
    List<String> lost = new ArrayList<>();
    for (Module module : Workspace.builtModules()) {
      TreeSet<String> missing = module.sourcePackages();
      missing.removeAll(module.bundlePackages());
      missing.forEach(name -> lost.add(name + " is not in the bundle of " + module.name()));
    }
    assertEquals(List.of(), lost);
  }

  @Test
  void everyModuleIsBuiltBeforeTheGatesRun() throws IOException {
    String pom = Files.readString(Workspace.root().resolve("pom.xml"));
    Matcher matcher = Pattern.compile("<module>([^<]+)</module>").matcher(pom);
    List<String> late = new ArrayList<>();
    boolean reached = false;
    while (matcher.find()) {
      String module = matcher.group(1);
      if (reached && Files.isDirectory(Workspace.root().resolve(module).resolve("src/main/java"))) {
        late.add(module);
      }
      reached |= module.equals("bifrost.dist");
    }
    assertEquals(List.of(), late, "modules that must stand before bifrost.dist in the root pom");
  }
}
