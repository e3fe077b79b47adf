package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Gates on the sources of the contracts: documented, and free of anything but themselves. */
class ApiDocumentationTest {
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([\\w.]+)", Pattern.MULTILINE);

  @Test
  void everyPublicTypeAndMethodIsDocumented() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> faults = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  diagnostic -> {},
                  null,
                  null,
                  files.getJavaFileObjectsFromPaths(apiSources()));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Undocumented(trees, faults).scan(unit, null);
      }
    }
    assertEquals(List.of(), faults);
  }

  @Test
  void theContractsImportNothingButJavaAndOsgiAnnotations() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Path file : apiSources()) {
      Matcher matcher = IMPORT.matcher(Files.readString(file));
      while (matcher.find()) {
        String name = matcher.group(1);
        if (!name.startsWith("java.")
            && !name.startsWith("org.osgi.annotation.")
            && !name.startsWith("bifrost.api.")) {
          faults.add("%s imports %s".formatted(file.getFileName(), name));
        }
      }
    }
    assertEquals(List.of(), faults);
  }

  private static List<Path> apiSources() throws IOException {
    try (Stream<Path> files = Files.walk(Workspace.root().resolve("bifrost.api/src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  /** Collects what is public and has no comment; an overriding method inherits one. */
  private static final class Undocumented extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    private final List<String> faults;

    Undocumented(DocTrees trees, List<String> faults) {
      this.trees = trees;
      this.faults = faults;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      if (isPublic(type.getModifiers().getFlags())) {
        check(type.getSimpleName().toString());
        super.visitClass(type, nothing);
      }
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
      if (isPublic(method.getModifiers().getFlags()) && !overrides) {
        check(method.getName().toString());
      }
      return null;
    }

    private boolean isPublic(Set<Modifier> modifiers) {
      TreePath owner = getCurrentPath().getParentPath();
      return modifiers.contains(Modifier.PUBLIC)
          || (owner.getLeaf().getKind() == Tree.Kind.INTERFACE
              && !modifiers.contains(Modifier.PRIVATE));
    }

    private void check(String name) {
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment == null || comment.getFirstSentence().isEmpty()) {
        Path file = Path.of(getCurrentPath().getCompilationUnit().getSourceFile().getName());
        faults.add("%s: %s has no documentation".formatted(file.getFileName(), name));
      }
    }
  }
}
