package bifrost.discovery.etcd;

import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** A call to etcd that failed: what a caller can do about it, and one line for an operator. */
final class EtcdFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final Reason reason;

  /** What a caller can do. */
  enum Kind {
    /** The server cannot be used; another one may. */
    UNUSABLE,
    /** The user may not do it; everything else may work. */
    FORBIDDEN,
    /** The lease is over: register again. */
    LEASE_LOST,
    /** The answer is too long for one message: ask for less. */
    TOO_LONG
  }

  EtcdFault(Kind kind, Reason reason, String message) {
    super(message, null, false, false);
    this.kind = kind;
    this.reason = reason;
  }

  Kind kind() {
    return kind;
  }

  /** What is told of it. */
  DiscoveryFailure failure() {
    return new DiscoveryFailure(reason, getMessage());
  }

  /** Reads what the library threw. */
  static EtcdFault of(URI endpoint, EtcdSettings settings, Throwable thrown) {
    String where = endpoint.toString();
    if (thrown instanceof TimeoutException) {
      Duration limit = settings.callLimit();
      return unusable(
          Reason.UNREACHABLE,
          where
              + " does not answer within "
              + limit.toSeconds()
              + " s: is its port open from here?");
    }
    Throwable root = root(thrown);
    String text = texts(thrown).toLowerCase(Locale.ROOT);
    if (text.contains("requested lease not found")) {
      return new EtcdFault(
          Kind.LEASE_LOST, Reason.UNAVAILABLE, where + " has let the lease of this node go");
    }
    if (text.contains("invalid user id or password")
        || text.contains("authentication failed")
        || text.contains("user name is empty")
        || text.contains("user name not found")) {
      return unusable(
          Reason.UNAUTHORISED,
          settings.user().isEmpty()
              ? where + " wants a user: set etcd_user and etcd_password"
              : where
                  + " refuses the user '"
                  + settings.user()
                  + "': check etcd_user and etcd_password");
    }
    if (text.contains("authentication is not enabled")) {
      return unusable(
          Reason.MISCONFIGURED,
          where + " has no authentication on: remove etcd_user and etcd_password, or turn it on");
    }
    if (text.contains("permission denied")) {
      return new EtcdFault(
          Kind.FORBIDDEN,
          Reason.UNAUTHORISED,
          "%s: permission denied for user '%s' under %s: grant it a role with readwrite there"
              .formatted(where, settings.user(), settings.prefix()));
    }
    if (isTooLong(thrown) && !text.contains("etcdserver")) {
      return new EtcdFault(
          Kind.TOO_LONG, Reason.INVALID_ANSWER, where + " has entries too long for one answer");
    }
    if (text.contains("no leader") || text.contains("request timed out")) {
      return unusable(
          Reason.UNAVAILABLE,
          where + " has no quorum: more than half of the etcd servers must run");
    }
    if (text.contains("database space exceeded")) {
      return unusable(
          Reason.UNAVAILABLE,
          where + " is full: compact and defragment etcd, then disarm its alarm");
    }
    if (hasTlsFailure(thrown)) {
      return unusable(
          Reason.UNTRUSTED,
          "%s: TLS fails (%s): check etcd_ca, etcd_cert, etcd_key and the server's name"
              .formatted(where, oneLine(root)));
    }
    boolean isOther = text.contains("first received frame");
    if (isOther || text.contains("network closed for unknown")) {
      return unusable(
          isOther ? Reason.INVALID_ANSWER : Reason.UNREACHABLE,
          where + " does not speak " + endpoint.getScheme() + ": use the other one?");
    }
    return unusable(
        Reason.UNREACHABLE,
        switch (root) {
          case ConnectException e -> where + " cannot be reached: connection refused";
          case UnknownHostException e -> where + ": the name cannot be resolved";
          case UnresolvedAddressException e -> where + ": the name cannot be resolved";
          default -> where + " cannot be used: " + oneLine(root);
        });
  }

  private static EtcdFault unusable(Reason reason, String message) {
    return new EtcdFault(Kind.UNUSABLE, reason, message);
  }

  private static boolean isTooLong(Throwable thrown) {
    return thrown instanceof EtcdException etcd
        ? etcd.getErrorCode() == ErrorCode.RESOURCE_EXHAUSTED
        : Status.fromThrowable(thrown).getCode() == Status.Code.RESOURCE_EXHAUSTED;
  }

  private static boolean hasTlsFailure(Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < 16; depth++) {
      if (each instanceof SSLException) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < 16; depth++) {
      root = root.getCause();
    }
    return root;
  }

  private static String texts(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < 16; depth++) {
      all.append(each.getMessage()).append('\n');
      each = each.getCause();
    }
    return all.toString();
  }

  private static String oneLine(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    return message.length() > 200 ? message.substring(0, 200) : message;
  }
}
