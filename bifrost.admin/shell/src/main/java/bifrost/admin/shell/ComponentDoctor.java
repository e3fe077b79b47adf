package bifrost.admin.shell;

import static org.osgi.service.component.runtime.dto.ComponentConfigurationDTO.ACTIVE;
import static org.osgi.service.component.runtime.dto.ComponentConfigurationDTO.FAILED_ACTIVATION;
import static org.osgi.service.component.runtime.dto.ComponentConfigurationDTO.SATISFIED;
import static org.osgi.service.component.runtime.dto.ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION;
import static org.osgi.service.component.runtime.dto.ComponentConfigurationDTO.UNSATISFIED_REFERENCE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Finds out why a component did not start: follows a missing reference to the components that could
 * fill it, down to the configuration, the failure or the missing bundle at the root.
 */
final class ComponentDoctor {
  private static final int MAX_DEPTH = 10;

  private final ServiceComponentRuntime runtime;
  private final List<ComponentDescriptionDTO> components;

  ComponentDoctor(ServiceComponentRuntime runtime) {
    this.runtime = runtime;
    Collection<ComponentDescriptionDTO> all = runtime.getComponentDescriptionDTOs();
    this.components =
        all.stream().sorted(Comparator.comparing(component -> component.name)).toList();
  }

  /** What is wrong with the components whose name, class or end of the name is the one given. */
  String explain(String name) {
    List<ComponentDescriptionDTO> found =
        components.stream().filter(component -> isCalled(component, name)).toList();
    if (found.isEmpty()) {
      return notFound(name);
    }
    List<String> lines = new ArrayList<>();
    for (ComponentDescriptionDTO component : found) {
      explain(component, "", new HashSet<>(), lines);
    }
    return String.join("\n", lines);
  }

  /** All components that should be up and are not; then those that only lack a configuration. */
  String explainAll() {
    List<String> lines = new ArrayList<>();
    List<String> unconfigured = new ArrayList<>();
    for (ComponentDescriptionDTO component : components) {
      if (isUp(component)) {
        continue;
      }
      if (waitsForConfigurationOnly(component, new HashSet<>())) {
        unconfigured.add(component.name);
      } else {
        explain(component, "", new HashSet<>(), lines);
      }
    }
    if (lines.isEmpty()) {
      lines.add("All %d components are up.".formatted(components.size() - unconfigured.size()));
    }
    if (!unconfigured.isEmpty()) {
      lines.add("Not configured: " + String.join(", ", unconfigured));
    }
    return String.join("\n", lines);
  }

  private void explain(
      ComponentDescriptionDTO component, String indent, Set<String> seen, List<String> lines) {
    String title =
        "%s%s (bundle %s %s)"
            .formatted(
                indent, component.name, component.bundle.symbolicName, component.bundle.version);
    if (!seen.add(component.name) || seen.size() > MAX_DEPTH) {
      lines.add(title + ": see above");
      return;
    }
    if (!runtime.isComponentEnabled(component)) {
      lines.add(title + " is disabled");
      return;
    }
    Collection<ComponentConfigurationDTO> configurations =
        runtime.getComponentConfigurationDTOs(component);
    if (configurations.isEmpty()) {
      lines.add(title + waitsForConfiguration(component));
    }
    for (ComponentConfigurationDTO configuration : configurations) {
      switch (configuration.state) {
        case ACTIVE -> lines.add(title + " is active");
        case SATISFIED -> lines.add(title + " is satisfied, it starts when it is used");
        case UNSATISFIED_CONFIGURATION -> lines.add(title + waitsForConfiguration(component));
        case FAILED_ACTIVATION -> lines.add(title + " failed: " + cause(configuration.failure));
        default -> explainReferences(component, configuration, title, indent, seen, lines);
      }
    }
  }

  private void explainReferences(
      ComponentDescriptionDTO component,
      ComponentConfigurationDTO configuration,
      String title,
      String indent,
      Set<String> seen,
      List<String> lines) {
    lines.add(title + " waits for");
    for (UnsatisfiedReferenceDTO missing : configuration.unsatisfiedReferences) {
      String wanted = interfaceOf(component, missing.name);
      String target = missing.target == null ? "" : " with " + missing.target;
      lines.add("%s  reference '%s': %s%s".formatted(indent, missing.name, wanted, target));
      List<ComponentDescriptionDTO> candidates = offering(wanted);
      if (candidates.isEmpty()) {
        lines.add(indent + "    no component of an active bundle offers it");
      }
      for (ComponentDescriptionDTO candidate : candidates) {
        explain(candidate, indent + "    ", seen, lines);
      }
    }
  }

  private boolean isUp(ComponentDescriptionDTO component) {
    if (!runtime.isComponentEnabled(component)) {
      return false;
    }
    Collection<ComponentConfigurationDTO> configurations =
        runtime.getComponentConfigurationDTOs(component);
    return !configurations.isEmpty()
        && configurations.stream()
            .allMatch(each -> each.state == ACTIVE || each.state == SATISFIED);
  }

  /** Whether all that a component lacks, itself or by what it refers to, is a configuration. */
  private boolean waitsForConfigurationOnly(ComponentDescriptionDTO component, Set<String> seen) {
    return seen.add(component.name)
        && runtime.isComponentEnabled(component)
        && runtime.getComponentConfigurationDTOs(component).stream()
            .allMatch(
                each ->
                    each.state == UNSATISFIED_CONFIGURATION
                        || (each.state == UNSATISFIED_REFERENCE
                            && refersToUnconfigured(component, each, seen)));
  }

  private boolean refersToUnconfigured(
      ComponentDescriptionDTO component,
      ComponentConfigurationDTO configuration,
      Set<String> seen) {
    return Arrays.stream(configuration.unsatisfiedReferences)
        .map(missing -> offering(interfaceOf(component, missing.name)))
        .allMatch(
            candidates ->
                !candidates.isEmpty()
                    && candidates.stream()
                        .allMatch(each -> waitsForConfigurationOnly(each, new HashSet<>(seen))));
  }

  private List<ComponentDescriptionDTO> offering(String service) {
    return components.stream()
        .filter(each -> Arrays.asList(each.serviceInterfaces).contains(service))
        .toList();
  }

  private String notFound(String name) {
    String part = name.toLowerCase(Locale.ROOT);
    List<String> similar =
        components.stream()
            .map(component -> component.name)
            .filter(each -> each.toLowerCase(Locale.ROOT).contains(part))
            .toList();
    return similar.isEmpty()
        ? "No component is called '%s'. Its bundle may not be active: see lb.".formatted(name)
        : "No component is called '%s'. Similar: %s".formatted(name, String.join(", ", similar));
  }

  private static boolean isCalled(ComponentDescriptionDTO component, String name) {
    return component.name.equals(name)
        || component.name.endsWith("." + name)
        || component.implementationClass.equals(name)
        || component.implementationClass.endsWith("." + name);
  }

  private static String interfaceOf(ComponentDescriptionDTO component, String reference) {
    for (ReferenceDTO each : component.references) {
      if (each.name.equals(reference)) {
        return each.interfaceName;
      }
    }
    return "an unknown service";
  }

  private static String waitsForConfiguration(ComponentDescriptionDTO component) {
    return " waits for a configuration with the PID "
        + String.join(" or ", component.configurationPid);
  }

  /** The first line of a stack trace, and the last cause in it. */
  private static String cause(String failure) {
    if (failure == null || failure.isBlank()) {
      return "the log says why";
    }
    String[] lines = failure.strip().split("\\R");
    String cause = lines[0];
    for (String line : lines) {
      if (line.startsWith("Caused by: ")) {
        cause = line.substring("Caused by: ".length());
      }
    }
    return cause;
  }
}
