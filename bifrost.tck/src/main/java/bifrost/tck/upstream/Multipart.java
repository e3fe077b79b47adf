package bifrost.tck.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code multipart/form-data} strictly: anything out of place makes it no multipart body. */
public final class Multipart {
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");

  /**
   * One part of a form.
   *
   * @param name the field's name
   * @param fileName the file's name, empty where it is no file
   * @param content the bytes
   */
  public record Part(String name, String fileName, byte[] content) {}

  private Multipart() {}

  /**
   * The parts of a form in order; empty if type or body are not a well-formed one.
   *
   * @param contentType value of the header, with the boundary
   */
  public static Optional<List<Part>> parse(String contentType, byte[] body) {
    Matcher matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String boundary = "--" + (matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    // ISO 8859-1 maps each byte to one character and back
    String text = new String(body, StandardCharsets.ISO_8859_1);
    List<Part> parts = new ArrayList<>();
    if (!text.startsWith(boundary)) {
      return Optional.empty();
    }
    int at = boundary.length();
    while (text.startsWith("\r\n", at)) {
      int headEnd = text.indexOf("\r\n\r\n", at);
      int next = headEnd < 0 ? -1 : text.indexOf("\r\n" + boundary, headEnd + 2);
      if (next < 0) {
        return Optional.empty();
      }
      String head = text.substring(at, headEnd);
      Matcher name = NAME.matcher(head);
      if (!name.find()) {
        return Optional.empty();
      }
      Matcher file = FILE_NAME.matcher(head);
      String content = next < headEnd + 4 ? "" : text.substring(headEnd + 4, next);
      parts.add(
          new Part(
              name.group(1),
              file.find() ? file.group(1) : "",
              content.getBytes(StandardCharsets.ISO_8859_1)));
      at = next + 2 + boundary.length();
    }
    return text.startsWith("--", at) ? Optional.of(List.copyOf(parts)) : Optional.empty();
  }
}
