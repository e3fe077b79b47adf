package bifrost.providers.echo;

import tools.jackson.core.io.JsonStringEncoder;

/** The little JSON that is written by hand. */
final class JsonText {
  private JsonText() {}

  /** A text as a JSON string. */
  static String quote(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
  }
}
