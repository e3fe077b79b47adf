package bifrost.sync.membership;

import bifrost.api.cluster.Candidate;

/** Reads {@code host:port}, {@code [v6]:port}, and, given a default port, a host alone. */
public final class HostPort {
  private HostPort() {}

  /** The address, or {@code null} when the text is none; a default port of 0 stands for none. */
  public static Candidate parse(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[") && text.contains("]");
    boolean bareV6 = !bracketed && text.indexOf(':') != colon;
    boolean hasPort = !bareV6 && colon > text.lastIndexOf(']');
    String host = hasPort ? text.substring(0, colon) : text;
    if (bracketed && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return Candidate.of(
          host, hasPort ? Integer.parseInt(text.substring(colon + 1)) : defaultPort);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
