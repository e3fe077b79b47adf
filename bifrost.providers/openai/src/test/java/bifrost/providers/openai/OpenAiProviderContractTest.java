package bifrost.providers.openai;

import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Provider;
import bifrost.providers.http.client.SharedHttpUpstream;
import bifrost.tck.provider.TestCall;
import bifrost.tck.provider.UpstreamProviderKit;
import bifrost.tck.upstream.OpenAi;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class OpenAiProviderContractTest extends UpstreamProviderKit {
  private static final String PROMPT = "the quick brown fox";

  private final SharedHttpUpstream http = new SharedHttpUpstream();

  @AfterEach
  void stop() {
    http.deactivate();
  }

  @Override
  protected Provider newProvider() {
    return new OpenAiProvider(http);
  }

  @Override
  protected String prompt() {
    return PROMPT;
  }

  @Override
  protected Optional<Usage> expectedUsage() {
    return Optional.of(Usage.ofTokens(OpenAi.PROMPT_TOKENS, OpenAi.COMPLETION_TOKENS));
  }

  @Override
  protected TestCall ordinary(String baseUrl, boolean stream) {
    String body =
        """
        {"model":"gpt-4o","stream":%s,"stream_options":{"include_usage":true},
         "messages":[{"role":"user","content":"%s"}]}"""
            .formatted(stream, PROMPT);
    TestCall call =
        TestCall.to(
            TestCall.target(
                "openai",
                "gpt-4o",
                "sk-test-0123456789",
                NetworkSettings.DEFAULT.withBaseUrl(baseUrl)),
            Operation.CHAT_COMPLETION,
            TestCall.json(WireFormat.OPENAI, body));
    return stream ? call.streamed() : call;
  }
}
