package bifrost.providers.echo;

import bifrost.api.model.ChatRequest;
import bifrost.api.model.ChatRequest.Message;
import bifrost.api.model.ChatRequest.Role;
import bifrost.api.model.ChatRequest.Sampling;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Payload;
import bifrost.api.provider.Provider;
import bifrost.tck.provider.ProviderKit;
import bifrost.tck.provider.TestCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class EchoProviderContractTest extends ProviderKit {
  private static final String PROMPT = "the quick brown fox";

  @Override
  protected Provider newProvider() {
    return new EchoProvider();
  }

  @Override
  protected String prompt() {
    return PROMPT;
  }

  @Override
  protected Optional<Usage> expectedUsage() {
    return Optional.of(Usage.ofTokens(4, 4));
  }

  @Override
  protected TestCall whole() {
    return call("echo-1");
  }

  @Override
  protected TestCall streamed() {
    return call("echo-1").streamed();
  }

  @Override
  protected TestCall silent() {
    return call("delay-60s");
  }

  @Override
  protected TestCall stalled() {
    return call("chunks-2-60s").streamed();
  }

  @Override
  protected TestCall cut() {
    return call("cut-2").streamed();
  }

  @Override
  protected TestCall failing(int status) {
    return call("error-" + status);
  }

  private static TestCall call(String model) {
    ChatRequest request =
        new ChatRequest(
            model,
            List.of(Message.text(Role.USER, PROMPT)),
            List.of(),
            Optional.empty(),
            Sampling.DEFAULT,
            Optional.empty(),
            false,
            Map.of());
    return TestCall.to(
        TestCall.target("echo", model, "", NetworkSettings.DEFAULT),
        Operation.CHAT_COMPLETION,
        new Payload.Chat(request));
  }
}
