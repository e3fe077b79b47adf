package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Finding.Severity;
import bifrost.api.cluster.PeerDiscovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Discovery that is off, cannot work from here, or looks in the wrong place. */
final class DiscoveryRules {
  private DiscoveryRules() {}

  static List<Symptom> examine(Observation observation) {
    List<Symptom> symptoms = new ArrayList<>();
    off(observation, symptoms);
    scope(observation, symptoms);
    for (DiscoveryState state : observation.discoveries()) {
      state.failure().ifPresent(failure -> symptoms.add(failing(state, failure)));
      if (state.outside() > 0 || state.malformed() > 0) {
        symptoms.add(unusable(state));
      }
    }
    nobody(observation, symptoms);
    otherNames(observation, symptoms);
    return symptoms;
  }

  private static void off(Observation observation, List<Symptom> symptoms) {
    String type = observation.local().discoveryType();
    if (!observation.discoveries().isEmpty()) {
      return;
    }
    if (!type.isEmpty()) {
      symptoms.add(
          Symptom.of(
              Fault.DISCOVERY_MISSING,
              type,
              "Discovery by %s is configured, and no bundle offers it.".formatted(type),
              "cluster_config.discovery.type is %s; no discovery service is registered"
                  .formatted(type),
              "Install the bundle bifrost.discovery.%s, or see 'bifrost shell bifrost:why' for what"
                      .formatted(type)
                  + " keeps its component from starting."));
    } else if (observation.view().peers().isEmpty() || !observation.missingRegions().isEmpty()) {
      symptoms.add(
          Symptom.of(
              Fault.DISCOVERY_OFF,
              "",
              "Discovery is off, and the configured peers do not make the cluster whole.",
              "configured peers: %d; members besides this node: %d; missing regions: %s"
                  .formatted(
                      observation.local().peers().size(),
                      observation.view().peers().size(),
                      observation.missingRegions()),
              "Set cluster_config.discovery.enabled and its type (etcd, consul or dns across"
                  + " regions), or name reachable nodes in cluster_config.peers."));
    }
  }

  private static void scope(Observation observation, List<Symptom> symptoms) {
    List<DiscoveryState> states = observation.discoveries();
    boolean regional =
        !states.isEmpty()
            && states.stream().allMatch(state -> state.scope() == PeerDiscovery.Scope.REGION);
    boolean bridged =
        !observation.local().peers().isEmpty() && observation.missingRegions().isEmpty();
    if (regional && observation.local().expectedRegions().size() > 1 && !bridged) {
      String methods = String.join(", ", states.stream().map(DiscoveryState::method).toList());
      symptoms.add(
          Symptom.of(
              Fault.DISCOVERY_SCOPE,
              methods,
              "Discovery by %s sees only its own region, and %d regions are expected."
                  .formatted(methods, observation.local().expectedRegions().size()),
              "scope of %s is the region; expected_regions %s"
                  .formatted(methods, observation.local().expectedRegions()),
              "Use etcd, consul or dns, which all regions can reach, as"
                  + " cluster_config.discovery.type, or name one node of each other region in"
                  + " cluster_config.peers. Without that each region runs as a cluster of its"
                  + " own."));
    }
  }

  private static Symptom failing(DiscoveryState state, DiscoveryFailure failure) {
    String found =
        state
            .lastFound()
            .map(at -> "it answered last at " + Addresses.time(at))
            .orElse("it has never answered since the start");
    Symptom symptom =
        Symptom.of(
            fault(failure.reason()),
            state.method(),
            ("The backend of discovery by %s " + cause(failure.reason())).formatted(state.method()),
            failure.cause() + "; " + found,
            fix(failure.reason()));
    return state.lastFound().isPresent() ? symptom.withSeverity(Severity.WARNING) : symptom;
  }

  private static Fault fault(Reason reason) {
    return switch (reason) {
      case UNAUTHORISED -> Fault.DISCOVERY_UNAUTHORISED;
      case MISCONFIGURED, INVALID_ANSWER -> Fault.DISCOVERY_UNUSABLE;
      case UNTRUSTED, UNAVAILABLE, UNREACHABLE -> Fault.DISCOVERY_UNREACHABLE;
    };
  }

  private static String cause(Reason reason) {
    return switch (reason) {
      case MISCONFIGURED -> "cannot be used with this node's configuration.";
      case UNAUTHORISED -> "refuses this node.";
      case UNTRUSTED -> "and this node cannot agree on TLS.";
      case INVALID_ANSWER -> "answers, and not with what is looked for.";
      case UNAVAILABLE -> "answers that it cannot serve now.";
      case UNREACHABLE -> "does not answer this node.";
    };
  }

  private static String fix(Reason reason) {
    return switch (reason) {
      case MISCONFIGURED -> "Mend the field that the evidence names in cluster_config.discovery.";
      case UNAUTHORISED ->
          "Check user, password, token or role in cluster_config.discovery, and what they and this"
              + " host may do in the backend.";
      case UNTRUSTED ->
          "Compare the authority, the certificate with its name and its end, and https or http in"
              + " cluster_config.discovery with what the backend has.";
      case INVALID_ANSWER ->
          "Check that the endpoints and names in cluster_config.discovery are those of this"
              + " cluster's backend, and what stands there.";
      case UNAVAILABLE ->
          "Mend the backend itself. Members that are known stay; new ones are not found.";
      case UNREACHABLE ->
          "Check endpoints, name resolution and the firewall from this host to the backend. Members"
              + " that are known stay; new ones are not found.";
    };
  }

  private static Symptom unusable(DiscoveryState state) {
    return Symptom.of(
        Fault.DISCOVERY_ENTRIES,
        state.method(),
        "Discovery by %s finds entries that are not used.".formatted(state.method()),
        "%d outside allowed_address_space, %d that cannot be read"
            .formatted(state.outside(), state.malformed()),
        "If they are nodes of this cluster, add their network to"
            + " cluster_config.discovery.allowed_address_space on every node; else remove the"
            + " entries from the backend.");
  }

  private static void nobody(Observation observation, List<Symptom> symptoms) {
    boolean alone = observation.view().peers().isEmpty() && observation.local().peers().isEmpty();
    for (DiscoveryState state : observation.discoveries()) {
      if (!alone
          || state.failure().isPresent()
          || state.lastFound().isEmpty()
          || !observation.others(state).isEmpty()) {
        continue;
      }
      symptoms.add(
          state.others().isEmpty()
              ? Symptom.of(
                  Fault.NO_PEERS,
                  state.method(),
                  "Discovery by %s works and finds no other node.".formatted(state.method()),
                  "%d candidates, none but this node".formatted(state.candidates().size()),
                  "Start other nodes; if they run, compare discovery.type, service_name and the"
                      + " endpoints in their configuration with this node's.")
              : Symptom.of(
                  Fault.SERVICE_NAME,
                  state.method(),
                  "No other node registers as '%s' with %s, and there are nodes under other names."
                      .formatted(state.serviceName(), state.method()),
                  "other service names: "
                      + Addresses.few(state.others().stream().sorted().toList()),
                  "If those nodes belong to this cluster, set the same"
                      + " cluster_config.discovery.service_name on every node."));
    }
  }

  private static void otherNames(Observation observation, List<Symptom> symptoms) {
    Map<String, String> own =
        observation.services().getOrDefault(observation.local().nodeId(), Map.of());
    List<String> differing = new ArrayList<>();
    observation
        .services()
        .forEach(
            (member, names) ->
                names.forEach(
                    (method, name) -> {
                      String mine = own.get(method);
                      if (mine != null
                          && !mine.isEmpty()
                          && !name.isEmpty()
                          && !mine.equals(name)) {
                        differing.add(member + " uses '" + name + "' with " + method);
                      }
                    }));
    if (!differing.isEmpty()) {
      differing.sort(null);
      symptoms.add(
          Symptom.of(
              Fault.SERVICE_NAME,
              "",
              "Members of this cluster look for each other under different service names.",
              "this node uses %s; %s".formatted(own, Addresses.few(differing)),
              "Set the same cluster_config.discovery.service_name on every node; they found each"
                  + " other by other means and may not after the next restart."));
    }
  }
}
