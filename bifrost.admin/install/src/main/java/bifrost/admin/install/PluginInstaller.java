package bifrost.admin.install;

import bifrost.api.provider.ProviderDirectory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Installs the jars that File Install finds, each new version beside the old one.
 *
 * <p>File Install's own way, the update in place, stops a bundle before its successor can start: it
 * cuts running calls or makes everyone wait for the longest. Here both run, and the old one goes
 * when the new one serves. Called by File Install's threads, one per folder; never throws, or it
 * would print a stack trace and try again at each change.
 */
@Component(
    service = ArtifactInstaller.class,
    immediate = true,
    configurationPid = InstallConfig.PID)
@Designate(ocd = InstallConfig.class)
public class PluginInstaller implements ArtifactInstaller, BundleListener {
  private final BundleContext framework;
  private final InstallSettings settings;
  private final Retirements retirements;
  private final Offer offer;
  private final PluginFramework plugins;
  private final Map<Path, PluginFile> files = new ConcurrentHashMap<>();

  @Reference(
      name = "directory",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile ProviderDirectory directory;

  /** Finds the plugins that are installed already, and starts to listen for bundles. */
  @Activate
  public PluginInstaller(BundleContext context, InstallConfig config) {
    this(context, InstallSettings.from(config));
  }

  PluginInstaller(BundleContext context, InstallSettings settings) {
    this.framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
    this.settings = settings;
    this.retirements = new Retirements(framework);
    this.offer = new Offer(framework, () -> directory);
    List<Found> found = findInstalled();
    this.plugins =
        new PluginFramework(
            framework,
            found.stream().mapToLong(each -> each.location().generation()).max().orElse(0));
    for (Found each : found) {
      file(each.location().file()).adopt(each.bundle(), each.location().stamp());
    }
    framework.addBundleListener(this);
    files.forEach(
        (path, file) -> {
          if (Files.exists(path)) {
            file.retry();
          } else {
            file.absent();
          }
        });
  }

  /** Stops work, and waits for old versions that still drain. */
  @Deactivate
  void stop() {
    framework.removeBundleListener(this);
    files.values().forEach(PluginFile::close);
    retirements.await(settings.stopTimeout());
  }

  @Override
  public boolean canHandle(File artifact) {
    return artifact.getName().endsWith(".jar");
  }

  @Override
  public void install(File artifact) {
    PluginFile file = file(artifact.toPath());
    file.present();
    try {
      // At start, the framework goes on only when the plugins are up.
      file.awaitStarted(settings.bindTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void update(File artifact) {
    file(artifact.toPath()).present();
  }

  @Override
  public void uninstall(File artifact) {
    file(artifact.toPath()).absent();
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.INSTALLED || event.getType() == BundleEvent.UPDATED) {
      files.values().forEach(PluginFile::retry);
    }
  }

  /** Whether nothing is being installed or removed. */
  boolean isIdle() {
    return files.values().stream().allMatch(PluginFile::isIdle) && retirements.isIdle();
  }

  void setDirectory(ProviderDirectory directory) {
    this.directory = directory;
  }

  private PluginFile file(Path path) {
    return files.computeIfAbsent(
        path.toAbsolutePath().normalize(),
        key -> new PluginFile(key, plugins, offer, retirements, settings));
  }

  /** A plugin of an earlier run of the installer. */
  private record Found(Bundle bundle, PluginLocation location) {}

  /** Oldest first. */
  private List<Found> findInstalled() {
    return Stream.of(framework.getBundles())
        .flatMap(
            bundle -> {
              Optional<PluginLocation> location = PluginLocation.parse(bundle.getLocation());
              return location.map(each -> new Found(bundle, each)).stream();
            })
        .sorted(Comparator.comparingLong(each -> each.location().generation()))
        .toList();
  }
}
