package bifrost.providers.echo;

import java.util.ArrayList;
import java.util.List;

/** Text in words; a word counts as a token. */
final class Words {
  private Words() {}

  /** The text in pieces, each a word with the white space before it; joined they are the text. */
  static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    boolean word = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i));
      if (space && word) {
        pieces.add(text.substring(from, i));
        from = i;
      }
      word = !space;
    }
    if (from < text.length()) {
      pieces.add(text.substring(from));
    }
    return pieces;
  }

  /** So many pieces, taken from the text again and again. */
  static List<String> pieces(String text, int count) {
    List<String> words = pieces(text);
    if (words.isEmpty()) {
      words = List.of("echo");
    }
    List<String> pieces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String word = words.get(i % words.size());
      pieces.add(i > 0 && i % words.size() == 0 ? " " + word.strip() : word);
    }
    return pieces;
  }

  static int count(String text) {
    int count = 0;
    boolean word = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i));
      count += !space && !word ? 1 : 0;
      word = !space;
    }
    return count;
  }
}
