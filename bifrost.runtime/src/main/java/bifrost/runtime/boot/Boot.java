package bifrost.runtime.boot;

import bifrost.api.model.BifrostException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotListener;
import bifrost.api.status.ReadinessCheck;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.boot.BootSequence.Booted;
import bifrost.runtime.boot.ConfigWatch.Stamp;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.ConfigReader;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.journal.file.LocalFolder;
import bifrost.runtime.journal.spool.ConfigScan;
import bifrost.runtime.snapshot.LoadedSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the node up on a thread of its own, and then registers what it has loaded: {@link
 * LoadedSnapshot}, which lets the snapshot's owner start and with it whatever serves requests,
 * {@link BootReport}, and itself, to configure the plugins that the snapshot names. The node is not
 * ready before all that waited for them has started. A boot that fails ends the process.
 */
@Component(service = ReadinessCheck.class, immediate = true)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"bifrost.runtime.snapshot.LoadedSnapshot\"")
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"bifrost.runtime.boot.BootReport\"")
public final class Boot implements SnapshotListener, ReadinessCheck {
  private static final Logger LOG = LoggerFactory.getLogger(Boot.class);
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(20);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final BundleContext context;
  private final Environment environment = new Environment(System::getenv);
  private final PluginConfigurations plugins;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final Thread thread;
  private volatile DataDir directory;
  private volatile ConfigWatch watch;
  private volatile boolean done;

  /** Starts the boot and returns. */
  @Activate
  public Boot(BundleContext context, @Reference(name = "configurations") ConfigurationAdmin admin) {
    this.context = context;
    this.plugins = new PluginConfigurations(admin, environment);
    this.thread = Thread.ofPlatform().daemon().name("bifrost-boot").start(this::run);
  }

  @Deactivate
  void close() throws InterruptedException {
    thread.interrupt();
    if (!thread.join(STOP_PATIENCE)) {
      LOG.warn("the boot does not end within {} s, it is left behind", STOP_PATIENCE.toSeconds());
      return;
    }
    if (watch != null) {
      watch.close();
    }
    registrations.reversed().forEach(ServiceRegistration::unregister);
    if (directory != null) {
      directory.close();
    }
  }

  /** Plugins may be configured by the snapshot too. */
  @Override
  public void published(Snapshot snapshot, List<Change> changes) {
    plugins.follow(snapshot, changes);
  }

  /** Components start one after another, within the registration of what they wait for. */
  @Override
  public Optional<String> missing() {
    return done ? Optional.empty() : Optional.of("components are still starting");
  }

  private void run() {
    try {
      NodeSettings settings = NodeSettings.from(context::getProperty);
      directory = DataDir.open(settings.dataDir());
      Optional<Stamp> known = settings.configFile().map(Stamp::of);
      try (Framework framework = new Framework()) {
        Booted booted = sequence(settings, framework).run(directory.path());
        register(booted);
        done = true;
        settings.configFile().ifPresent(file -> watch = watch(file, known.get(), booted.report()));
      }
    } catch (InterruptedException e) {
      LOG.debug("the boot was cut short by its component's end");
    } catch (BifrostException e) {
      fail(e.getMessage());
    } catch (RuntimeException | Error e) {
      if (!isStopping()) {
        LOG.error("the boot failed by a defect", e);
      }
      fail("the boot failed by a defect: " + e);
    }
  }

  private ConfigWatch watch(Path file, Stamp known, BootReport report) {
    Identity identity = new Identity(report.nodeId(), report.epoch());
    return new ConfigWatch(
        file,
        known,
        new ConfigReader(environment, directory.path())::read,
        next -> {
          if (next.nodeId().isPresent() && !next.nodeId().get().equals(identity.nodeId())) {
            LOG.warn("{} changed: another node_id needs a start", file);
            return;
          }
          Set<String> touched = plugins.applyMesh(next, identity);
          LOG.info(
              "{} changed: {}; sections other than cluster_config are read at the next start",
              file,
              touched.isEmpty() ? "nothing of cluster_config" : "took " + touched);
        });
  }

  private void fail(String reason) {
    if (Thread.currentThread().isInterrupted() || isStopping()) {
      LOG.debug("the boot was cut short by its component's end: {}", reason);
    } else {
      new ProcessExit(context).fail(reason);
    }
  }

  /** A framework that stops takes services away before it comes to this component. */
  private boolean isStopping() {
    try {
      return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.STOPPING;
    } catch (IllegalStateException e) {
      return true; // the context is gone with its bundle
    }
  }

  private BootSequence sequence(NodeSettings settings, Framework framework) {
    return new BootSequence(
        settings,
        environment,
        InstantSource.system(),
        context.getBundle().getVersion().toString(),
        framework);
  }

  private void register(Booted booted) {
    registrations.add(context.registerService(BootReport.class, booted.report(), null));
    registrations.add(context.registerService(LoadedSnapshot.class, booted.loaded(), null));
    registrations.add(context.registerService(SnapshotListener.class, this, null));
  }

  /** The framework as the boot needs it; holds the store in use until it is closed. */
  private final class Framework implements BootSequence.Surroundings, AutoCloseable {
    private final ServiceTracker<ConfigStore, ConfigStore> stores =
        new ServiceTracker<>(context, ConfigStore.class, null);

    @Override
    public void configure(ConfigFile file, Identity identity) {
      plugins.apply(file, identity);
    }

    @Override
    public ConfigStore store() throws InterruptedException {
      stores.open();
      ConfigStore store = stores.waitForService(STORE_PATIENCE.toMillis());
      if (store == null) {
        throw new BootFailedException(
            ("no store has come up within %d s: is the bundle bifrost.storage there, with the"
                    + " driver of its database?")
                .formatted(STORE_PATIENCE.toSeconds()),
            List.of());
      }
      return store;
    }

    @Override
    public List<StoredEntity> undrained() {
      Path journal = directory.path().resolve("journal");
      try {
        return ConfigScan.undrained(new LocalFolder(journal));
      } catch (IOException e) {
        throw new BootFailedException(
            "the journal in %s cannot be read: %s".formatted(journal, e), List.of());
      }
    }

    @Override
    public void close() {
      stores.close();
    }
  }
}
