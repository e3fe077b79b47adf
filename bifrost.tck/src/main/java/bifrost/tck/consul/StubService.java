package bifrost.tck.consul;

import java.util.List;
import java.util.Map;

/**
 * A registered service.
 *
 * @param node the node of the agent that it was registered with
 * @param tcp what its check connects to; empty for no check
 * @param deregisterMillis how long its check may fail
 */
record StubService(
    String node,
    String id,
    String name,
    String address,
    int port,
    List<String> tags,
    Map<String, String> meta,
    String tcp,
    long deregisterMillis) {
  StubService {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
  }
}
