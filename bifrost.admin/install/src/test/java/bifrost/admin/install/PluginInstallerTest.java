package bifrost.admin.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.LoggerFactory;

/** The installer in a framework of its own, with the test in the place of File Install. */
class PluginInstallerTest {
  private static final InstallSettings PATIENT =
      new InstallSettings(Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofSeconds(30));
  private static final InstallSettings HASTY =
      new InstallSettings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(200));

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("bifrost.admin.install");
  private Framework framework;
  private BundleContext context;
  private TestCore core;
  private PluginInstaller installer;
  private Path jar;

  @TempDir Path folder;

  @BeforeEach
  void startFramework() throws Exception {
    Map<String, String> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
    properties.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
    properties.put(Constants.FRAMEWORK_BOOTDELEGATION, "bifrost.api.*");
    properties.put(Constants.FRAMEWORK_BUNDLE_PARENT, Constants.FRAMEWORK_BUNDLE_PARENT_APP);
    properties.put("felix.log.level", "0");
    framework = new FrameworkFactory().newFramework(properties);
    framework.start();
    context = framework.getBundleContext();
    core = new TestCore(context);
    core.open();
    jar = folder.resolve("plugin.jar");
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopFramework() throws Exception {
    if (installer != null) {
      installer.stop();
    }
    framework.stop();
    framework.waitForStop(10_000);
    logger.detachAppender(log);
  }

  @Test
  void aPluginIsUpWhenInstallReturns() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    assertEquals(List.of("1.0.0"), active());
    assertEquals(1, core.boundCount());
  }

  @Test
  void aNewVersionTakesOverAndTheOldOneGoes() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 2));
    update(JarWriter.plugin("1.1.0", 2));
    awaitIdle();
    assertEquals(List.of("1.1.0"), active());
    assertEquals(2, core.boundCount());
  }

  @Test
  void theOldVersionStaysUntilTheNewOneIsBound() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    core.refuse();
    update(JarWriter.plugin("1.1.0", 1));
    await(() -> active().size() == 2);
    assertEquals(1, core.boundCount());
    core.accept();
    awaitIdle();
    assertEquals(List.of("1.1.0"), active());
  }

  @Test
  void aDrainingVersionHoldsUpNobody() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    CountDownLatch call = new CountDownLatch(1);
    core.hold(call);
    update(JarWriter.plugin("1.1.0", 1));
    await(() -> logged("took over"));
    update(JarWriter.plugin("1.2.0", 1));
    await(() -> active().contains("1.2.0") && core.boundCount() == 1);
    call.countDown();
    awaitIdle();
    assertEquals(List.of("1.2.0"), active());
  }

  @Test
  void aVersionThatIsNeverBoundIsRefusedAndTheOldOneStays() {
    start(HASTY);
    install(JarWriter.plugin("1.0.0", 1));
    core.refuse();
    update(JarWriter.plugin("1.1.0", 1));
    awaitIdle();
    assertEquals(List.of("1.0.0"), active());
    assertEquals(1, core.boundCount());
    assertEquals(1, warnings().size());
    assertTrue(warnings().getFirst().contains("0 of 1 bifrost.api.provider.Provider in use"));
  }

  @Test
  void aVersionWithFewerProvidersIsRefused() {
    start(HASTY);
    install(JarWriter.plugin("1.0.0", 2));
    update(JarWriter.plugin("1.1.0", 1));
    awaitIdle();
    assertEquals(List.of("1.0.0"), active());
    assertTrue(warnings().getFirst().contains("1 of 2"));
  }

  @Test
  void aBrokenJarLeavesTheOldVersionAndOneLineInTheLog() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    byte[] whole = JarWriter.plugin("1.1.0", 1).bytes();
    update(Arrays.copyOf(whole, whole.length / 2));
    awaitIdle();
    assertEquals(List.of("1.0.0"), active());
    assertEquals(1, warnings().size());
    assertTrue(warnings().getFirst().contains("plugin.jar: not started: no readable jar"));

    update(whole);
    awaitIdle();
    assertEquals(List.of("1.1.0"), active());
  }

  @Test
  void aJarThatIsNoBundleIsRefusedWithTheReason() {
    start(PATIENT);
    install(JarWriter.library("", "1.0.0").header("Bundle-SymbolicName", "bad name;;"));
    awaitIdle();
    assertEquals(1, warnings().size());
    assertEquals(1, context.getBundles().length);
  }

  @Test
  void aVersionThatFailsToStartIsRefusedWithItsReason() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    update(JarWriter.plugin("1.1.0", 1).header(TestPlugin.FAILS, "no such region"));
    awaitIdle();
    assertEquals(List.of("1.0.0"), active());
    assertTrue(warnings().getFirst().contains("no such region"));
    assertEquals(2, context.getBundles().length);
  }

  @Test
  void aPluginThatLacksALibraryStartsWhenTheLibraryComes() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1).header("Import-Package", "org.osgi.framework,lib.a"));
    awaitIdle();
    assertEquals(List.of(), active());
    assertTrue(warnings().getFirst().contains("lib.a"));

    Path library = folder.resolve("library.jar");
    JarWriter.library("lib", "1.0.0").header("Export-Package", "lib.a").to(library);
    installer.install(library.toFile());
    await(() -> core.boundCount() == 1);
    awaitIdle();
    assertEquals(1, warnings().size());
  }

  @Test
  void aReplacedLibraryIsNotAskedForServices() {
    start(PATIENT);
    install(JarWriter.library("lib", "1.0.0"));
    update(JarWriter.library("lib", "2.0.0"));
    awaitIdle();
    assertEquals(List.of("2.0.0"), active());
  }

  @Test
  void aLibraryInUseStaysForItsUserUntilThatIsReplaced() throws Exception {
    start(PATIENT);
    install(JarWriter.library("lib", "1.0.0").header("Export-Package", "lib.a"));
    Path user = folder.resolve("user.jar");
    JarWriter.plugin("1.0.0", 1).header("Import-Package", "org.osgi.framework,lib.a").to(user);
    installer.install(user.toFile());
    update(JarWriter.library("lib", "2.0.0").header("Export-Package", "lib.a"));
    awaitIdle();
    assertTrue(logged("still used in its old version"));
    assertEquals(1, core.boundCount());
  }

  @Test
  void aFragmentIsInstalledAndNotStarted() {
    start(PATIENT);
    install(JarWriter.library("frag", "1.0.0").header("Fragment-Host", "test.plugin"));
    awaitIdle();
    assertTrue(warnings().isEmpty());
    assertTrue(logged("a fragment of test.plugin"));
  }

  @Test
  void aRemovedPluginGoes() throws Exception {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    Files.delete(jar);
    installer.uninstall(jar.toFile());
    await(() -> core.boundCount() == 0);
    awaitIdle();
    assertEquals(1, context.getBundles().length);
  }

  @Test
  void aFileThatIsDeletedAndWrittenAgainLeavesNoGap() throws Exception {
    start(
        new InstallSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30)));
    install(JarWriter.plugin("1.0.0", 1));
    long first = bundle().getBundleId();
    Files.delete(jar);
    installer.uninstall(jar.toFile());
    assertEquals(1, core.boundCount());
    install(JarWriter.plugin("1.1.0", 1));
    awaitIdle();
    assertNotEquals(first, bundle().getBundleId());
    assertFalse(logged("removed"));
  }

  @Test
  void theSameFileIsNotInstalledTwice() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    long first = bundle().getBundleId();
    installer.install(jar.toFile());
    awaitIdle();
    assertEquals(first, bundle().getBundleId());
  }

  @Test
  void aRestartedInstallerKnowsItsPlugins() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    installer.stop();
    start(PATIENT);
    update(JarWriter.plugin("1.1.0", 1));
    awaitIdle();
    assertEquals(List.of("1.1.0"), active());
  }

  @Test
  void aRestartedInstallerFinishesATrial() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    core.refuse();
    update(JarWriter.plugin("1.1.0", 1));
    await(() -> active().size() == 2);
    installer.stop();
    start(HASTY);
    awaitIdle();
    assertEquals(List.of("1.0.0"), active());
    assertEquals(1, core.boundCount());
  }

  @Test
  void aFileThatWentWhileTheInstallerWasAwayIsRemoved() throws Exception {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    installer.stop();
    Files.delete(jar);
    start(PATIENT);
    await(() -> core.boundCount() == 0);
  }

  @Test
  void aStopWaitsForDrainingVersionsButNotForEver() {
    start(HASTY);
    install(JarWriter.plugin("1.0.0", 1));
    CountDownLatch call = new CountDownLatch(1);
    core.hold(call);
    update(JarWriter.plugin("1.1.0", 1));
    await(() -> logged("took over"));
    installer.stop();
    assertTrue(warnings().getLast().contains("1 old plugins have not ended"));
    call.countDown();
  }

  @Test
  void noClassLoaderOfAnOldVersionSurvives() {
    start(PATIENT);
    install(JarWriter.plugin("1.0.0", 1));
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      loaders.add(new WeakReference<>(bundle().adapt(BundleWiring.class).getClassLoader()));
      update(JarWriter.plugin("1.0." + i, 1));
      awaitIdle();
    }
    assertEquals(List.of("1.0.20"), active());
    await(
        () -> {
          System.gc();
          return loaders.stream().allMatch(loader -> loader.get() == null);
        });
  }

  private void start(InstallSettings settings) {
    installer = new PluginInstaller(context, settings);
    installer.setDirectory(core);
  }

  private void install(JarWriter writer) {
    writer.to(jar);
    installer.install(jar.toFile());
  }

  private void update(JarWriter writer) {
    update(writer.bytes());
  }

  private void update(byte[] bytes) {
    FileStamp before = stamp();
    do {
      JarWriter.write(jar, bytes);
    } while (stamp().equals(before));
    installer.update(jar.toFile());
  }

  private FileStamp stamp() {
    try {
      return FileStamp.of(jar);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The versions of the plugins that are active, oldest first. */
  private List<String> active() {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> bundle.getBundleId() != 0 && bundle.getState() == Bundle.ACTIVE)
        .map(bundle -> bundle.getVersion().toString())
        .toList();
  }

  private Bundle bundle() {
    return context.getBundles()[context.getBundles().length - 1];
  }

  private List<String> warnings() {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private boolean logged(String text) {
    return List.copyOf(log.list).stream()
        .anyMatch(event -> event.getFormattedMessage().contains(text));
  }

  private void awaitIdle() {
    await(installer::isIdle);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 30 s");
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }
}
