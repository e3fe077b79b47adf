package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Finding.Severity;

/** The kinds of findings. Their ids are public: metrics, documents and scripts use them. */
public enum Fault {
  /** Nothing looks for peers. */
  DISCOVERY_OFF("discovery-off", Severity.ERROR, 1),
  /** A method is configured and no bundle offers it. */
  DISCOVERY_MISSING("discovery-missing", Severity.ERROR, 1),
  /** The method cannot see other regions, and several are expected. */
  DISCOVERY_SCOPE("discovery-scope", Severity.ERROR, 1),
  /** The backend does not answer. */
  DISCOVERY_UNREACHABLE("discovery-unreachable", Severity.ERROR, 1),
  /** The backend refuses this node's credentials. */
  DISCOVERY_UNAUTHORISED("discovery-unauthorised", Severity.ERROR, 1),
  /** What answers is not what is looked for, or the method cannot work as it is configured. */
  DISCOVERY_UNUSABLE("discovery-unusable", Severity.ERROR, 1),
  /** The backend holds what is not, or not from here, to be used. */
  DISCOVERY_ENTRIES("discovery-entries-unusable", Severity.WARNING, 1),
  /** Nodes look for each other under different names. */
  SERVICE_NAME("service-name-mismatch", Severity.ERROR, 1),
  /** Discovery works and finds nobody. */
  NO_PEERS("no-peers-found", Severity.WARNING, 3),
  /** A peer is configured or found, and cannot be reached. */
  PEER_UNREACHABLE("peer-unreachable", Severity.WARNING, 1),
  /** DNS still names pods that are gone. */
  DNS_DEAD_ENTRIES("dns-dead-entries", Severity.WARNING, 1),
  /** Gossip keys differ. */
  GOSSIP_KEY("gossip-key-mismatch", Severity.ERROR, 1),
  /** The clusters' labels differ. */
  LABEL("cluster-label-mismatch", Severity.ERROR, 1),
  /** An expected region has no member. */
  REGION_MISSING("region-missing", Severity.ERROR, 3),
  /** A member is in a region that nobody expects. */
  REGION_UNEXPECTED("region-unexpected", Severity.WARNING, 1),
  /** A member tells the others an address at which they cannot reach it. */
  ADVERTISE_ADDRESS("advertise-address", Severity.ERROR, 1),
  /** Two nodes use one id. */
  DUPLICATE_NODE_ID("duplicate-node-id", Severity.ERROR, 1),
  /** A port answers in one direction only. */
  PORT_ONE_WAY("port-closed-one-way", Severity.WARNING, 1),
  /** A port does not answer. */
  PORT_CLOSED("port-closed", Severity.ERROR, 1),
  /** Replication cannot agree on TLS. */
  TLS_MISMATCH("tls-mismatch", Severity.ERROR, 1),
  /** A member gossips and does not replicate. */
  NOT_SYNCING("not-syncing", Severity.ERROR, 2),
  /** Clocks differ. */
  CLOCK_SKEW("clock-skew", Severity.WARNING, 2),
  /** A port that this node needs is in use; found before a start only. */
  PORT_TAKEN("port-taken", Severity.ERROR, 0),
  /**
   * Certificates cannot be used; found before a start only, a running node names them in its log.
   */
  TLS_FILES("tls-files", Severity.ERROR, 0),
  /** A check did not end in time, or failed; found before a start only. */
  CHECK_UNFINISHED("check-unfinished", Severity.WARNING, 0);

  private final String id;
  private final Severity severity;
  private final int patience;

  Fault(String id, Severity severity, int patience) {
    this.id = id;
    this.severity = severity;
    this.patience = patience;
  }

  /** Its public name. */
  public String id() {
    return id;
  }

  /** How bad it usually is. */
  public Severity severity() {
    return severity;
  }

  /**
   * For how many holding times it must last before it is reported: what restarts of nodes cause.
   */
  int patience() {
    return patience;
  }
}
