package bifrost.it.bench;

import java.util.List;

/**
 * One of the things compared.
 *
 * @param name its name in the tables
 * @param port where it listens
 * @param streamPort where its streams are
 * @param model what a request names as its model
 * @param streamModel what a streamed request names
 * @param pids its processes; none for the direct call
 */
record Target(
    String name, int port, int streamPort, String model, String streamModel, List<Long> pids) {
  String url(boolean stream) {
    return "http://127.0.0.1:" + (stream ? streamPort : port) + "/v1/chat/completions";
  }
}
