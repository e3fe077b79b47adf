package bifrost.it.sdk;

import bifrost.it.support.Lab;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import java.time.Duration;

/** Makes the official client as an application does: a base URL and a key, nothing else. */
final class Sdk {
  private Sdk() {}

  static OpenAIClient client(Lab lab, String root) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(lab.gateway().uri(root).toString())
        .apiKey("sk-of-the-application")
        .timeout(Duration.ofSeconds(60))
        .build();
  }
}
