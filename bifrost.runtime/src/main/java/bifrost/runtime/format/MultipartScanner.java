package bifrost.runtime.format;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the small text fields of a {@code multipart/form-data} body while it arrives, whatever the
 * size of its files. Fed piece by piece; keeps no file content.
 */
final class MultipartScanner {
  private static final int MOST_PARTS = 64;
  private static final int LONGEST_HEADERS = 8 * 1024;
  private static final int LONGEST_FIELD = 4 * 1024;
  private static final Pattern NAME =
      Pattern.compile("[;\\s]name=\"([^\"]*)\"|[;\\s]name=([^;\\s]+)");
  private static final Pattern FILE_NAME = Pattern.compile("[;\\s]filename\\*?=");
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "boundary=(?:\"([^\"]{1,70})\"|([^\\s;\",]{1,70}))", Pattern.CASE_INSENSITIVE);

  private final byte[] delimiter;
  private final int[] failure;
  private final Map<String, Field> fields = new HashMap<>();
  private final StringBuilder headers = new StringBuilder();
  private final byte[] value = new byte[LONGEST_FIELD];
  private State state = State.DELIMITER;
  private String fieldName = "";
  private boolean file;
  private int matched;
  private int valueLength;
  private long valueStart;
  private long offset;
  private int parts;
  private String fault = "";

  private enum State {
    DELIMITER,
    AFTER_DELIMITER,
    HEADERS,
    CONTENT,
    EPILOGUE
  }

  /** A text field: its value and where that stands in the body. */
  record Field(String value, long start, long end) {}

  MultipartScanner(String boundary) {
    delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    failure = failureTable(delimiter);
    matched = 2; // the first delimiter needs no line break before it
  }

  /** The boundary that a content type names. */
  static Optional<String> boundaryOf(String contentType) {
    Matcher matcher = BOUNDARY.matcher(contentType);
    return matcher.find()
        ? Optional.of(matcher.group(1) != null ? matcher.group(1) : matcher.group(2))
        : Optional.empty();
  }

  /** Takes the next piece of the body. */
  void feed(byte[] bytes, int from, int length) {
    for (int i = from; i < from + length && fault.isEmpty(); i++) {
      step(bytes[i]);
      offset++;
    }
  }

  /** A text field that has arrived completely. */
  Optional<Field> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /** Whether the closing delimiter was seen. */
  boolean complete() {
    return state == State.EPILOGUE;
  }

  /** What is wrong with the body; empty when nothing is. */
  String fault() {
    return fault;
  }

  private void step(byte b) {
    switch (state) {
      case DELIMITER -> {
        if (match(b)) {
          state = State.AFTER_DELIMITER;
          headers.setLength(0);
        } else if (matched == 0) {
          fault = "the body does not start with its boundary";
        }
      }
      case AFTER_DELIMITER -> afterDelimiter(b);
      case HEADERS -> header(b);
      case CONTENT -> content(b);
      case EPILOGUE -> {
        // ignored, as the standard says
      }
    }
  }

  private void afterDelimiter(byte b) {
    headers.append((char) (b & 0xFF));
    if (headers.length() < 2) {
      return;
    }
    String mark = headers.toString();
    headers.setLength(0);
    if (mark.equals("--")) {
      state = State.EPILOGUE;
    } else if (mark.equals("\r\n")) {
      state = State.HEADERS;
      headers.append("\r\n");
      parts++;
      if (parts > MOST_PARTS) {
        fault = "the body has more than " + MOST_PARTS + " parts";
      }
    } else {
      fault = "a boundary is not followed by a line break";
    }
  }

  private void header(byte b) {
    headers.append((char) (b & 0xFF));
    int length = headers.length();
    if (length > LONGEST_HEADERS) {
      fault = "the headers of a part exceed " + LONGEST_HEADERS + " bytes";
    } else if (b == '\n' && length >= 4 && headers.lastIndexOf("\r\n\r\n") == length - 4) {
      startContent();
    }
  }

  private void startContent() {
    fieldName = "";
    file = false;
    for (String line : headers.toString().split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        Matcher name = NAME.matcher(line);
        if (name.find()) {
          fieldName = name.group(1) != null ? name.group(1) : name.group(2);
        }
        file = FILE_NAME.matcher(line).find();
      }
    }
    if (fieldName.isEmpty()) {
      fault = "a part has no name in its Content-Disposition";
    } else if (!file && fields.containsKey(fieldName) && !fieldName.endsWith("[]")) {
      fault = "field '" + fieldName + "' is given twice; give it once";
    }
    state = State.CONTENT;
    matched = 0;
    valueLength = 0;
    valueStart = offset + 1;
  }

  private void content(byte b) {
    if (!file) {
      if (valueLength < LONGEST_FIELD) {
        value[valueLength] = b;
      }
      valueLength++;
    }
    if (!match(b)) {
      return;
    }
    if (!file) {
      int length = valueLength - delimiter.length;
      if (length <= LONGEST_FIELD - delimiter.length) {
        fields.put(
            fieldName,
            new Field(
                new String(value, 0, length, StandardCharsets.UTF_8),
                valueStart,
                valueStart + length));
      }
    }
    headers.setLength(0);
    state = State.AFTER_DELIMITER;
  }

  /** One step of the search for the delimiter; true when it is complete. */
  private boolean match(byte b) {
    while (matched > 0 && delimiter[matched] != b) {
      matched = failure[matched - 1];
    }
    if (delimiter[matched] == b) {
      matched++;
    }
    if (matched == delimiter.length) {
      matched = 0;
      return true;
    }
    return false;
  }

  private static int[] failureTable(byte[] pattern) {
    int[] table = new int[pattern.length];
    int length = 0;
    for (int i = 1; i < pattern.length; i++) {
      while (length > 0 && pattern[i] != pattern[length]) {
        length = table[length - 1];
      }
      if (pattern[i] == pattern[length]) {
        length++;
      }
      table[i] = length;
    }
    return table;
  }
}
