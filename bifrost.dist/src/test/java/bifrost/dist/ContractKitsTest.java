package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Gate: whoever implements a contract that has a kit runs the kit. The kit {@code XKit} of {@code
 * bifrost.tck} is the one of the service {@code bifrost.api...X}.
 */
class ContractKitsTest {
  private static final Pattern SERVICES = Pattern.compile("objectClass:List<String>=\"([^\"]+)\"");

  @Test
  void everyImplementationRunsTheKitOfItsContract() throws IOException {
    Map<String, String> kits = kits();
    assertTrue(kits.containsKey("Provider"), "the kit of providers is not found");
    List<String> faults = new ArrayList<>();
    for (Module module : Workspace.builtModules()) {
      Matcher matcher = SERVICES.matcher(module.header("Provide-Capability"));
      while (matcher.find()) {
        for (String service : matcher.group(1).split(",")) {
          String kit = kits.get(service.substring(service.lastIndexOf('.') + 1));
          if (service.startsWith("bifrost.api.") && kit != null && !tests(module, kit)) {
            faults.add("%s offers %s and has no test of %s".formatted(module.name(), service, kit));
          }
        }
      }
    }
    assertEquals(List.of(), faults);
  }

  /** The kits of the TCK by the contract's simple name. */
  private static Map<String, String> kits() throws IOException {
    Map<String, String> kits = new TreeMap<>();
    for (Path file : Workspace.files()) {
      String name = file.getFileName().toString();
      if (file.startsWith(Workspace.root().resolve("bifrost.tck/src/main"))
          && name.endsWith("Kit.java")) {
        String kit = name.substring(0, name.length() - ".java".length());
        kits.put(kit.substring(0, kit.length() - "Kit".length()), kit);
      }
    }
    return kits;
  }

  /** Whether a contract test of the module extends the kit, or one that is built on it. */
  private static boolean tests(Module module, String kit) throws IOException {
    Path tests = module.folder().resolve("src/test/java");
    if (!Files.isDirectory(tests)) {
      return false;
    }
    Pattern extension = Pattern.compile("extends \\w*" + kit + "\\b");
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file :
          files.filter(each -> each.toString().endsWith("ContractTest.java")).toList()) {
        if (extension.matcher(Files.readString(file)).find()) {
          return true;
        }
      }
    }
    return false;
  }
}
