package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.Name;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * Which servers are asked and which domains complete a name.
 *
 * @param servers at least one
 * @param search domains for names that are not absolute
 * @param dots a name with at least as many dots is tried as it is first
 */
record ServerList(List<InetSocketAddress> servers, List<Name> search, int dots) {
  private static final int DNS_PORT = 53;

  ServerList {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
  }

  /** The configured servers, or those of this host; its file is read again each time. */
  static Supplier<ServerList> of(List<Candidate> configured) {
    return configured.isEmpty() ? ServerList::ofThisHost : () -> configured(configured);
  }

  private static ServerList configured(List<Candidate> servers) {
    return new ServerList(
        servers.stream()
            .map(server -> new InetSocketAddress(server.host(), server.port()))
            .toList(),
        List.of(),
        0);
  }

  private static ServerList ofThisHost() {
    ResolvConfResolverConfigProvider file = new ResolvConfResolverConfigProvider();
    file.initialize();
    List<InetSocketAddress> servers =
        file.servers().isEmpty()
            ? List.of(new InetSocketAddress("127.0.0.1", DNS_PORT))
            : file.servers();
    return new ServerList(servers, file.searchPaths(), file.ndots());
  }
}
