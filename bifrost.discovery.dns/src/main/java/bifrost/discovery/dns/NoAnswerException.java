package bifrost.discovery.dns;

/** No server gave a usable answer. The message says which servers were asked and what they said. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }
}
