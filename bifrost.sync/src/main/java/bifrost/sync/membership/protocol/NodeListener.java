package bifrost.sync.membership.protocol;

import java.net.InetSocketAddress;

/** Is told what happens in a node; called by its owner, must not block. */
public interface NodeListener {
  /** What happened to a member. */
  enum Kind {
    /** It appeared or came back. */
    JOINED,
    /** Its metadata or its address is another one. */
    UPDATED,
    /** It is suspected. */
    SUSPECTED,
    /** It is no longer suspected. */
    CLEARED,
    /** It said goodbye. */
    LEFT,
    /** It was declared dead. */
    FAILED,
    /** It was forgotten. */
    REAPED
  }

  /** A member changed. */
  void changed(Kind kind, MemberRecord member);

  /** Two nodes use the same name. */
  void conflict(MemberRecord known, InetSocketAddress other);

  /** A message of the application came; the bytes are the listener's. */
  void message(byte[] payload);
}
