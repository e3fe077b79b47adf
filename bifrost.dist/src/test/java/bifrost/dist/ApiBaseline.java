package bifrost.dist;

import bifrost.dist.ApiSignatures.ApiPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a change of the contracts asks for: after a release, a package whose signatures are removed
 * or changed needs a new major version, as does one with a new method that plugins must implement;
 * anything else that is new needs a new minor version. Before a release, only that the committed
 * text is up to date.
 */
final class ApiBaseline {
  private ApiBaseline() {}

  /** What is wrong, one line each. */
  static List<String> faults(ApiSignatures committed, ApiSignatures current, boolean released) {
    List<String> faults = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(committed.packages().keySet());
    names.addAll(current.packages().keySet());
    for (String name : names) {
      ApiPackage before = committed.packages().get(name);
      ApiPackage after = current.packages().get(name);
      if (released) {
        compareVersions(name, before, after, faults);
      } else if (before == null || !before.equals(after)) {
        faults.add(name + " differs from the committed signatures");
      }
    }
    return faults;
  }

  private static void compareVersions(
      String name, ApiPackage before, ApiPackage after, List<String> faults) {
    if (before == null) {
      return;
    }
    if (after == null) {
      faults.add(name + " was released and is gone");
      return;
    }
    SortedSet<String> removed = difference(before.lines(), after.lines());
    SortedSet<String> added = difference(after.lines(), before.lines());
    int[] old = numbers(before.version());
    int[] now = numbers(after.version());
    boolean majorRaised = now[0] > old[0];
    boolean minorRaised = majorRaised || (now[0] == old[0] && now[1] > old[1]);
    boolean breaks =
        !removed.isEmpty() || added.stream().anyMatch(line -> isDuty(line, after.lines()));
    if (breaks && !majorRaised) {
      faults.add(
          "%s %s needs the version %d.0.0: removed %s, added %s"
              .formatted(name, after.version(), old[0] + 1, removed, added));
    } else if (!added.isEmpty() && !minorRaised) {
      faults.add(
          "%s %s needs the version %d.%d.0: added %s"
              .formatted(name, after.version(), old[0], old[1] + 1, added));
    }
  }

  /** Whether a line is an abstract method of a type that plugins implement. */
  private static boolean isDuty(String line, SortedSet<String> lines) {
    String type = line.substring(0, line.indexOf(':') + 1);
    return line.contains(" abstract ")
        && line.contains("(")
        && lines.stream().anyMatch(each -> each.startsWith(type) && each.endsWith("@ConsumerType"))
        && !line.endsWith("@ConsumerType");
  }

  private static SortedSet<String> difference(SortedSet<String> from, SortedSet<String> without) {
    SortedSet<String> rest = new TreeSet<>(from);
    rest.removeAll(without);
    return rest;
  }

  private static int[] numbers(String version) {
    String[] parts = version.split("\\.");
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
