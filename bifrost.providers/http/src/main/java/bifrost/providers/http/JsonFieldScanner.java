package bifrost.providers.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the values of a few fields in a JSON object that passes by in pieces, cut at any byte.
 *
 * <p>It builds no tree and copies only the values that it was asked for, without white space, up to
 * a limit for each. Text that is not JSON does no harm: the fields are not found, or found with
 * wrong values, which the parser that reads them refuses. For one thread.
 *
 * <pre>{@code
 * var scanner = new JsonFieldScanner(new Field("usage", 16_384), new Field("choices", 2));
 * scanner.feed(data);
 * Optional<byte[]> usage = scanner.value(0);
 * }</pre>
 */
public final class JsonFieldScanner {
  private static final int MAX_KEY_BYTES = 64;

  private final Node root = new Node();
  private final byte[][] values;
  private final int[] limits;
  private final int[] lengths;
  private final boolean[] complete;
  private final int[] commas;

  private final Node[] open;
  private final byte[] key = new byte[MAX_KEY_BYTES];
  private int keyLength;
  private int depth;
  private int matched;
  private boolean inString;
  private boolean escaped;
  private boolean inKey;
  private boolean expectKey;
  private Node pending;
  private int capture = -1;
  private int captureDepth;
  private boolean captureScalar;

  /**
   * A field to look for.
   *
   * @param path the names from the outermost object on, joined by dots; no path may lie within
   *     another one
   * @param limit the most bytes of its value to keep
   */
  public record Field(String path, int limit) {}

  /** A scanner at the start of a text. */
  public JsonFieldScanner(Field... fields) {
    values = new byte[fields.length][];
    limits = new int[fields.length];
    lengths = new int[fields.length];
    complete = new boolean[fields.length];
    commas = new int[fields.length];
    int deepest = 1;
    for (int i = 0; i < fields.length; i++) {
      String[] names = fields[i].path().split("\\.");
      root.add(names, 0, i);
      values[i] = new byte[Math.min(fields[i].limit(), 64)];
      limits[i] = fields[i].limit();
      deepest = Math.max(deepest, names.length);
    }
    open = new Node[deepest + 1];
    open[1] = root;
  }

  /** Goes back to the start, for another text. */
  public void reset() {
    Arrays.fill(lengths, 0);
    Arrays.fill(complete, false);
    keyLength = 0;
    depth = 0;
    matched = 0;
    inString = false;
    escaped = false;
    inKey = false;
    expectKey = false;
    pending = null;
    capture = -1;
  }

  /**
   * The value of a field, in the order of the constructor, if it was found and within its limit.
   */
  public Optional<byte[]> value(int field) {
    return complete[field] && lengths[field] <= limits[field]
        ? Optional.of(Arrays.copyOf(values[field], lengths[field]))
        : Optional.empty();
  }

  /** Whether a field was found, whatever the length of its value. */
  public boolean found(int field) {
    return complete[field];
  }

  /** Whether a field was found with exactly this text. */
  public boolean is(int field, String text) {
    if (!complete[field] || lengths[field] != text.length() || lengths[field] > limits[field]) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (values[field][i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** How many elements a field has that was found to be an array. */
  public int count(int field) {
    return !complete[field] || is(field, "[]") ? 0 : commas[field] + 1;
  }

  /** Reads on; the buffer's position stays. */
  public void feed(ByteBuffer data) {
    int limit = data.limit();
    for (int i = data.position(); i < limit; i++) {
      byte b = data.get(i);
      if (inString) {
        inString(b);
      } else {
        structure(b);
      }
    }
  }

  private void inString(byte b) {
    if (capture >= 0) {
      keep(b);
    }
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
      if (inKey) {
        inKey = false;
        expectKey = false;
        pending = open[matched].child(key, keyLength);
      } else if (capture >= 0 && depth == captureDepth) {
        finish();
      }
      return;
    }
    if (inKey) {
      if (keyLength < MAX_KEY_BYTES) {
        key[keyLength] = b;
      }
      keyLength++;
    }
  }

  private void structure(byte b) {
    switch (b) {
      case ' ', '\t', '\n', '\r' -> {
        if (captureScalar) {
          finish();
        }
      }
      case '"' -> string();
      case '{', '[' -> down(b);
      case '}', ']' -> up(b);
      case ',' -> {
        if (captureScalar) {
          finish();
        }
        if (capture >= 0) {
          keep(b);
          commas[capture] += depth == captureDepth + 1 ? 1 : 0;
        }
        pending = null;
        expectKey = depth == matched;
      }
      case ':' -> {
        if (capture >= 0) {
          keep(b);
        }
      }
      default -> {
        begin(true);
        if (capture >= 0) {
          keep(b);
        }
      }
    }
  }

  private void string() {
    inString = true;
    if (expectKey && depth == matched && depth > 0 && capture < 0) {
      inKey = true;
      keyLength = 0;
      return;
    }
    begin(false);
    if (capture >= 0) {
      keep((byte) '"');
    }
  }

  private void down(byte b) {
    Node node = pending;
    begin(false);
    if (capture >= 0) {
      keep(b);
    }
    boolean follow = b == '{' && capture < 0 && depth == matched && (depth == 0 || node != null);
    depth++;
    if (follow) {
      open[depth] = depth == 1 ? root : node;
      matched = depth;
      expectKey = true;
    }
    pending = null;
  }

  private void up(byte b) {
    if (captureScalar) {
      finish();
    }
    if (capture >= 0) {
      keep(b);
    }
    if (depth > 0) {
      if (matched == depth) {
        matched--;
      }
      depth--;
    }
    expectKey = false;
    pending = null;
    if (capture >= 0 && depth == captureDepth) {
      finish();
    }
  }

  /** Begins to keep a value, when it is one that was asked for. */
  private void begin(boolean scalar) {
    if (capture < 0 && pending != null && pending.field >= 0 && depth == matched) {
      capture = pending.field;
      captureDepth = depth;
      captureScalar = scalar;
      lengths[capture] = 0;
      commas[capture] = 0;
      complete[capture] = false;
      pending = null;
    }
  }

  private void keep(byte b) {
    int length = lengths[capture];
    if (length < limits[capture]) {
      if (length == values[capture].length) {
        values[capture] =
            Arrays.copyOf(values[capture], Math.min(limits[capture], Math.max(64, length * 2)));
      }
      values[capture][length] = b;
    }
    lengths[capture] = Math.min(length, limits[capture]) + 1;
  }

  private void finish() {
    complete[capture] = true;
    capture = -1;
    captureScalar = false;
  }

  /** A name on the way to a field. */
  private static final class Node {
    private byte[][] names = new byte[0][];
    private Node[] children = new Node[0];
    private int field = -1;

    void add(String[] path, int index, int newField) {
      if (index == path.length) {
        if (children.length > 0) {
          throw new IllegalArgumentException("a path lies within another one: " + path[index - 1]);
        }
        field = newField;
        return;
      }
      if (field >= 0) {
        throw new IllegalArgumentException("a path lies within another one: " + path[index]);
      }
      byte[] name = path[index].getBytes(StandardCharsets.UTF_8);
      Node next = child(name, name.length);
      if (next == null) {
        next = new Node();
        names = Arrays.copyOf(names, names.length + 1);
        names[names.length - 1] = name;
        children = Arrays.copyOf(children, children.length + 1);
        children[children.length - 1] = next;
      }
      next.add(path, index + 1, newField);
    }

    Node child(byte[] key, int length) {
      for (int i = 0; i < names.length; i++) {
        if (names[i].length == length && Arrays.equals(names[i], 0, length, key, 0, length)) {
          return children[i];
        }
      }
      return null;
    }
  }
}
