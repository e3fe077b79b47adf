package bifrost.dist;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What a plugin can see of the contracts: one line for each public type and member.
 *
 * @param packages by package name
 */
record ApiSignatures(SortedMap<String, ApiPackage> packages) {
  private static final Pattern EXPORT = Pattern.compile("(bifrost[\\w.]+);version=\"([\\d.]+)\"");

  /**
   * One package.
   *
   * @param version the version it is exported with
   * @param lines its signatures
   */
  record ApiPackage(String version, SortedSet<String> lines) {}

  /** Reads them from the bundle. */
  static ApiSignatures of(Module api) throws IOException {
    SortedMap<String, ApiPackage> packages = new TreeMap<>();
    Matcher exports = EXPORT.matcher(api.header("Export-Package"));
    while (exports.find()) {
      packages.put(exports.group(1), new ApiPackage(exports.group(2), new TreeSet<>()));
    }
    Path jar = api.jar().orElseThrow();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      for (String entry : api.entries()) {
        if (!entry.endsWith(".class") || entry.endsWith("package-info.class")) {
          continue;
        }
        String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
        ApiPackage owner = packages.get(name.substring(0, name.lastIndexOf('.')));
        if (owner != null) {
          describe(loader.loadClass(name), role(api.entry(entry)), owner.lines());
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
    return new ApiSignatures(packages);
  }

  /** Reads the committed text. */
  static ApiSignatures parse(List<String> text) {
    SortedMap<String, ApiPackage> packages = new TreeMap<>();
    ApiPackage current = null;
    for (String line : text) {
      if (line.startsWith("package ")) {
        String[] words = line.split(" ");
        current = new ApiPackage(words[2], new TreeSet<>());
        packages.put(words[1], current);
      } else if (!line.startsWith("#") && !line.isBlank() && current != null) {
        current.lines().add(line.strip());
      }
    }
    return new ApiSignatures(packages);
  }

  /** The text to commit. */
  List<String> format() {
    List<String> text = new ArrayList<>();
    packages.forEach(
        (name, content) -> {
          text.add("package " + name + " " + content.version());
          content.lines().forEach(line -> text.add("  " + line));
        });
    return text;
  }

  private static void describe(Class<?> type, String role, SortedSet<String> lines) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!isVisible(each.getModifiers()) || each.isAnonymousClass()) {
        return;
      }
    }
    String name = type.getName().substring(type.getPackageName().length() + 1);
    lines.add(name + ": " + shorten(header(type), type) + role);
    Stream<Member> members =
        Stream.of(
                Arrays.stream(type.getDeclaredConstructors()),
                Arrays.stream(type.getDeclaredMethods()),
                Arrays.stream(type.getDeclaredFields()))
            .flatMap(each -> each);
    members
        .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
        .filter(member -> !isImplied(type, member))
        .forEach(member -> lines.add(name + ": " + shorten(text(member), type)));
  }

  /** Whether a member is there because its type is a record or an enum. */
  private static boolean isImplied(Class<?> type, Member member) {
    if (type.isEnum()) {
      return member.getName().equals("values") || member.getName().equals("valueOf");
    }
    return type.isRecord()
        && (Set.of("equals", "hashCode", "toString").contains(member.getName())
            || Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getAccessor().equals(member)));
  }

  /** Leaves out what is said already: the type itself, its package, and the packages of the JDK. */
  private static String shorten(String text, Class<?> type) {
    return text.replace(type.getName() + ".", "")
        .replace(type.getPackageName() + ".", "")
        .replace("java.lang.", "")
        .replace("java.util.", "");
  }

  private static String header(Class<?> type) {
    StringBuilder text = new StringBuilder(type.toGenericString());
    if (type.isRecord()) {
      text.append(
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::toString)
              .collect(Collectors.joining(", ", " (", ")")));
    }
    if (type.getGenericSuperclass() != null) {
      text.append(" extends ").append(type.getGenericSuperclass().getTypeName());
    }
    append(text, " implements ", Stream.of(type.getGenericInterfaces()).map(Object::toString));
    if (type.isSealed()) {
      append(text, " permits ", Stream.of(type.getPermittedSubclasses()).map(Class::getName));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String word, Stream<String> names) {
    String list = names.sorted().collect(Collectors.joining(", "));
    if (!list.isEmpty()) {
      text.append(word).append(list);
    }
  }

  private static String text(Member member) {
    return switch (member) {
      case Constructor<?> constructor -> constructor.toGenericString();
      case Method method -> method.toGenericString();
      case Field field -> field.toGenericString();
      default -> member.toString();
    };
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** Who implements a type, which its annotations say; reflection does not see these. */
  private static String role(byte[] code) {
    StringBuilder role = new StringBuilder();
    new ClassReader(code)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
                if (descriptor.startsWith("Lorg/osgi/annotation/versioning/")) {
                  int start = descriptor.lastIndexOf('/') + 1;
                  role.append(" @").append(descriptor, start, descriptor.length() - 1);
                }
                return null;
              }
            },
            ClassReader.SKIP_CODE);
    return role.toString();
  }
}
