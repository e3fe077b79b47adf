package bifrost.providers.openai;

import bifrost.api.model.Answer;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads a list of models: {@code {"data": [...]}}, or the bare array that some vendors send. */
final class OpenAiModels {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_MODELS = 10_000;

  private OpenAiModels() {}

  static Answer.Models read(UpstreamResponse response)
      throws UpstreamException, InterruptedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer data = response.next(); data.hasRemaining(); data = response.next()) {
      if (all.size() + data.remaining() > MAX_BYTES) {
        throw notAList("is longer than " + MAX_BYTES + " bytes");
      }
      byte[] piece = new byte[data.remaining()];
      data.get(piece);
      all.writeBytes(piece);
    }
    return parse(all.toByteArray());
  }

  static Answer.Models parse(byte[] json) throws UpstreamException {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        token = toData(parser);
      }
      if (token != JsonToken.START_ARRAY) {
        throw notAList("has no array of models");
      }
      List<Answer.Model> models = new ArrayList<>();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        Answer.Model model = model(parser);
        if (!model.id().isEmpty() && models.size() < MAX_MODELS) {
          models.add(model);
        }
      }
      return new Answer.Models(models);
    } catch (JacksonException e) {
      throw notAList("is no JSON");
    }
  }

  private static JsonToken toData(JsonParser parser) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean data = "data".equals(parser.currentName());
      JsonToken value = parser.nextToken();
      if (data) {
        return value;
      }
      parser.skipChildren();
    }
    return JsonToken.NOT_AVAILABLE;
  }

  private static Answer.Model model(JsonParser parser) {
    String id = "";
    String owner = "";
    long created = 0;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_STRING && name.equals("id")) {
        id = parser.getString();
      } else if (value == JsonToken.VALUE_STRING && name.equals("owned_by")) {
        owner = parser.getString();
      } else if (value == JsonToken.VALUE_NUMBER_INT && name.equals("created")) {
        created = parser.getLongValue();
      } else {
        parser.skipChildren();
      }
    }
    return new Answer.Model(id, owner, created);
  }

  private static UpstreamException notAList(String why) {
    return new UpstreamException(
        UpstreamFailure.of(Kind.PROTOCOL, "the list of models " + why, false));
  }
}
