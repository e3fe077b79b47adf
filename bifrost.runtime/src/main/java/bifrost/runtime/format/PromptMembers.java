package bifrost.runtime.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds up how much of an OpenAI-shaped body can be prompt: all of its members but those that are
 * known to steer the answer only. A byte-level encoding makes at most a token of each byte, and the
 * JSON around a text is longer than what vendors put around it, so the sum bounds the tokens of the
 * prompt. A member that is not known counts.
 */
final class PromptMembers {
  private static final int LONGEST = 32;

  /** By the length of the name. */
  private static final byte[][][] NO_PROMPT =
      byLength(
          "background",
          "dimensions",
          "encoding_format",
          "fallbacks",
          "frequency_penalty",
          "include",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_output_tokens",
          "max_tokens",
          "metadata",
          "min_p",
          "modalities",
          "model",
          "n",
          "parallel_tool_calls",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "repetition_penalty",
          "safety_identifier",
          "seed",
          "service_tier",
          "stop",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "top_k",
          "top_logprobs",
          "top_p",
          "truncation",
          "user",
          "verbosity");

  /** Members that name a prompt which the upstream keeps. */
  private static final byte[][][] REFERENCES = byLength("conversation", "previous_response_id");

  private static final byte[][][] TEMPLATE = byLength("prompt");

  private final byte[] body;
  private long bytes;
  private boolean elsewhere;

  PromptMembers(byte[] body) {
    this.body = body;
  }

  /** Takes a member of the top-level object, given by the offsets of its key and value. */
  void member(int keyStart, int keyEnd, int valueStart, int valueEnd) {
    if (isOneOf(NO_PROMPT, keyStart, keyEnd)) {
      return;
    }
    bytes += valueEnd - keyStart;
    byte first = body[valueStart];
    elsewhere |=
        (isOneOf(REFERENCES, keyStart, keyEnd) && first != 'n')
            || (isOneOf(TEMPLATE, keyStart, keyEnd) && first == '{');
  }

  /** How many bytes can be prompt; -1 when the prompt, or a part of it, is not in the body. */
  long bytes() {
    return elsewhere ? -1 : bytes;
  }

  private boolean isOneOf(byte[][][] names, int keyStart, int keyEnd) {
    int length = keyEnd - keyStart - 2;
    if (length >= LONGEST) {
      return false;
    }
    for (byte[] name : names[length]) {
      int i = 0;
      while (i < length && name[i] == body[keyStart + 1 + i]) {
        i++;
      }
      if (i == length) {
        return true;
      }
    }
    return false;
  }

  private static byte[][][] byLength(String... names) {
    List<List<byte[]>> lists = new ArrayList<>();
    for (int i = 0; i < LONGEST; i++) {
      lists.add(new ArrayList<>());
    }
    for (String name : names) {
      lists.get(name.length()).add(name.getBytes(StandardCharsets.US_ASCII));
    }
    return lists.stream().map(list -> list.toArray(byte[][]::new)).toArray(byte[][][]::new);
  }
}
