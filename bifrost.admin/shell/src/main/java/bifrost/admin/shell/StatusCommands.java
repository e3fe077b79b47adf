package bifrost.admin.shell;

import bifrost.api.status.NodeStatus;
import bifrost.api.status.NodeStatus.ProviderState;
import java.time.Duration;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands {@code bifrost:status} and {@code bifrost:providers}. */
@Component(service = StatusCommands.class)
@GogoCommand(
    scope = "bifrost",
    function = {"status", "providers"})
public class StatusCommands {
  private static final String NO_CORE = "The core has not started; bifrost:why says what it lacks.";

  @Reference(
      name = "status",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile NodeStatus status;

  /** How the node is. */
  @Descriptor("how the node is: who it is, where it listens, what keeps it from being ready")
  public String status() {
    NodeStatus current = status;
    return current == null ? NO_CORE : describe(current);
  }

  /** The providers. */
  @Descriptor("the providers: the bundle that serves each, its keys and what runs on it")
  public String providers() {
    NodeStatus current = status;
    return current == null ? NO_CORE : table(current.providers());
  }

  static String describe(NodeStatus status) {
    NodeStatus.Boot boot = status.boot();
    NodeStatus.Readiness readiness = status.readiness();
    List<ProviderState> providers = status.providers();
    Table table =
        new Table()
            .row("node", "%s (epoch %d)".formatted(boot.nodeId(), boot.epoch()))
            .row("version", boot.version())
            .row("listening", boot.listening().orElse("no"))
            .row("ready", readiness.ready() ? "yes" : "no");
    for (String missing : readiness.missing()) {
      table.row("", "- " + missing);
    }
    return table
        .row(
            "booted from",
            "%s, %d rows in %d ms"
                .formatted(boot.source(), boot.rows(), boot.bootTime().toMillis()))
        .row("local snapshot", describe(status.localCopy()))
        .row("up for", words(boot.uptime()))
        .row(
            "providers",
            "%d, %d calls running, %d on versions that drain"
                .formatted(
                    providers.size(),
                    providers.stream().mapToLong(ProviderState::running).sum(),
                    providers.stream().mapToLong(ProviderState::draining).sum()))
        .toString();
  }

  private static String describe(NodeStatus.LocalCopy local) {
    String dark =
        local.caughtUp() ? "" : ", and all that this node has: no store could be read yet";
    return local
        .age()
        .map(age -> "%d kB, up to date %s ago%s".formatted(local.bytes() >> 10, words(age), dark))
        .orElse("none");
  }

  static String table(List<ProviderState> providers) {
    Table table = new Table().row("provider", "adapter", "bundle", "keys", "running", "draining");
    for (ProviderState each : providers) {
      table.row(
          each.name(),
          each.adapter().isEmpty() ? "none" : each.adapter(),
          each.bundle().isEmpty() ? "-" : each.bundle(),
          each.keys(),
          each.running(),
          each.draining());
    }
    return table.toString();
  }

  private static String words(Duration duration) {
    if (duration.toDays() > 0) {
      return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
    }
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}
