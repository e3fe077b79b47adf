package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Gates: component classes that bnd accepts and that then fail, or say nothing, at run time. */
class ComponentsTest {
  /** What a gate looks for in one component. */
  private interface Rule {
    void check(Module module, Element component, List<String> faults) throws Exception;
  }

  @Test
  void aComponentClassIsPublicAndItsConstructorMarkedForActivation() throws Exception {
    assertEquals(List.of(), faults(ComponentsTest::checkConstructor));
  }

  @Test
  void everyReferenceHasAName() throws Exception {
    assertEquals(
        List.of(),
        faults(
            (module, component, faults) -> {
              NodeList references = component.getElementsByTagName("reference");
              for (int i = 0; i < references.getLength(); i++) {
                Element reference = (Element) references.item(i);
                String name = reference.getAttribute("name");
                if (name.isEmpty() || name.startsWith("$")) {
                  faults.add(
                      "%s: name the reference to %s with @Reference(name = ...)"
                          .formatted(
                              component.getAttribute("name"), reference.getAttribute("interface")));
                }
              }
            }));
  }

  private static void checkConstructor(Module module, Element component, List<String> faults)
      throws Exception {
    Element implementation = (Element) component.getElementsByTagName("implementation").item(0);
    String className = implementation.getAttribute("class");
    String init = component.getAttribute("init");
    int expected = init.isEmpty() ? 0 : Integer.parseInt(init);
    ClassReader reader = new ClassReader(module.entry(className.replace('.', '/') + ".class"));
    if ((reader.getAccess() & Opcodes.ACC_PUBLIC) == 0) {
      faults.add(className + ": a component class must be public");
    }
    if (publicConstructors(reader).stream().noneMatch(count -> count == expected)) {
      faults.add(
          "%s: no public constructor with %d parameters; mark the right one with @Activate"
              .formatted(className, expected));
    }
  }

  /** The numbers of parameters of the public constructors. */
  private static List<Integer> publicConstructors(ClassReader reader) {
    List<Integer> counts = new ArrayList<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String type, String signature, String[] exceptions) {
            if (name.equals("<init>") && (access & Opcodes.ACC_PUBLIC) != 0) {
              counts.add(Type.getArgumentTypes(type).length);
            }
            return null;
          }
        },
        ClassReader.SKIP_CODE);
    return counts;
  }

  private static List<String> faults(Rule rule) throws Exception {
    List<String> faults = new ArrayList<>();
    for (Module module : Workspace.builtModules()) {
      for (String descriptor : module.header("Service-Component").split(",")) {
        if (!descriptor.isBlank()) {
          rule.check(module, parse(module, descriptor.strip()), faults);
        }
      }
    }
    return faults;
  }

  private static Element parse(Module module, String descriptor) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    try (ByteArrayInputStream in = new ByteArrayInputStream(module.entry(descriptor))) {
      return factory.newDocumentBuilder().parse(in).getDocumentElement();
    } catch (IOException e) {
      throw new IOException(module.name() + ": " + descriptor, e);
    }
  }
}
