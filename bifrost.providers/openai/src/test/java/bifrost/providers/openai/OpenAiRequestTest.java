package bifrost.providers.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.ProviderDescriptor.Vendor;
import bifrost.api.provider.Target;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.tck.provider.TestCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiRequestTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com, https://api.openai.com/v1/chat/completions",
    "https://api.openai.com/, https://api.openai.com/v1/chat/completions",
    "https://api.openai.com/v1, https://api.openai.com/v1/chat/completions",
    "https://api.openai.com/v1///, https://api.openai.com/v1/chat/completions",
    "http://localhost:11434, http://localhost:11434/v1/chat/completions",
    "https://host/some/path, https://host/some/path/v1/chat/completions",
    "https://host/api/v4, https://host/api/v4/chat/completions",
    "https://host/v1beta, https://host/v1beta/chat/completions",
    "https://v1, https://v1/v1/chat/completions",
  })
  void aVersionIsNotDoubled(String base, String expected) throws Exception {
    assertEquals(expected, uri("openai", Optional.of(base)));
  }

  @Test
  void everyVendorWithAnAddressHasAnEndpoint() throws Exception {
    assertEquals("https://api.groq.com/openai/v1/chat/completions", uri("groq", Optional.empty()));
    assertEquals("https://api.perplexity.ai/chat/completions", uri("perplexity", Optional.empty()));
    assertEquals("http://localhost:11434/v1/chat/completions", uri("ollama", Optional.empty()));
    assertEquals("https://api.openai.com/v1/chat/completions", uri("my-own", Optional.empty()));
    for (Vendor vendor : OpenAiVendors.descriptor().vendors()) {
      if (vendor.baseUrl().isPresent()) {
        assertTrue(uri(vendor.name(), Optional.empty()).endsWith("/chat/completions"));
      }
    }
  }

  @Test
  void everyOperationHasItsPath() throws Exception {
    Target target = target("openai", Optional.of("http://h"), Map.of());
    for (Operation operation : OpenAiVendors.descriptor().operations().keySet()) {
      assertTrue(OpenAiRequest.uri(target, operation).getPath().startsWith("/v1/"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://me.openai.azure.com, https://me.openai.azure.com/openai/v1/embeddings",
    "https://me.openai.azure.com/, https://me.openai.azure.com/openai/v1/embeddings",
    "https://me.openai.azure.com/openai, https://me.openai.azure.com/openai/v1/embeddings",
    "https://me.openai.azure.com/openai/v1/, https://me.openai.azure.com/openai/v1/embeddings",
  })
  void azureServesBelowItsOwnPath(String endpoint, String expected) throws Exception {
    Target target = target("azure", Optional.empty(), Map.of("azure_endpoint", endpoint));
    assertEquals(expected, OpenAiRequest.uri(target, Operation.EMBEDDING).toString());
  }

  @Test
  void azureTakesItsKeyInItsOwnField() throws Exception {
    List<Header> headers =
        headers(target("azure", Optional.empty(), Map.of("azure_endpoint", "https://h")));
    assertEquals(Optional.of("sk-test"), value(headers, "api-key"));
    assertEquals(Optional.empty(), value(headers, "authorization"));
  }

  @Test
  void othersTakeABearer() throws Exception {
    List<Header> headers = headers(target("groq", Optional.empty(), Map.of()));
    assertEquals(Optional.of("Bearer sk-test"), value(headers, "authorization"));
    assertEquals(Optional.of("application/json"), value(headers, "content-type"));
    assertEquals(Optional.of("req-test"), value(headers, "x-client-request-id"));
  }

  @Test
  void aCredentialOfTheCallerIsNeverSent() throws Exception {
    List<Header> headers =
        headers(
            target("groq", Optional.empty(), Map.of()),
            new Header("Authorization", "Bearer sk-bf-caller"),
            new Header("api-key", "sk-bf-caller"),
            new Header("OpenAI-Beta", "assistants=v2"));
    assertEquals(Optional.of("Bearer sk-test"), value(headers, "authorization"));
    assertEquals(Optional.of("assistants=v2"), value(headers, "openai-beta"));
    assertFalse(headers.stream().anyMatch(h -> h.value().contains("caller")));
  }

  @Test
  void withoutAKeyNoneIsSent() throws Exception {
    Target target = new Target("ollama", "m", "", Secret.EMPTY, NetworkSettings.DEFAULT, Map.of());
    assertEquals(Optional.empty(), value(headers(target), "authorization"));
  }

  @Test
  void anAddressThatIsMissingOrNoneIsNamed() {
    assertUnusable("vllm", Optional.empty(), Kind.NOT_FOUND, "network_config.base_url is missing");
    assertUnusable(
        "azure", Optional.empty(), Kind.CREDENTIAL, "azure_key_config.endpoint is missing");
    for (String bad : List.of("ftp://h", "host:80", "https://", "http://a b", "http://u:p@h")) {
      assertUnusable("openai", Optional.of(bad), Kind.NOT_FOUND, "network_config.base_url is no");
    }
  }

  private static void assertUnusable(
      String provider, Optional<String> base, Kind kind, String message) {
    UpstreamException refused =
        assertThrows(UpstreamException.class, () -> uri(provider, base), () -> base.toString());
    assertEquals(kind, refused.failure().kind());
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }

  private static String uri(String provider, Optional<String> base) throws UpstreamException {
    return OpenAiRequest.uri(target(provider, base, Map.of()), Operation.CHAT_COMPLETION)
        .toString();
  }

  private static List<Header> headers(Target target, Header... inbound) throws UpstreamException {
    UpstreamRequest request =
        OpenAiRequest.of(
            TestCall.to(target, Operation.CHAT_COMPLETION, TestCall.json(WireFormat.OPENAI, "{}"))
                .withHeaders(inbound)
                .start());
    return request.headers();
  }

  private static Optional<String> value(List<Header> headers, String name) {
    List<String> values = headers.stream().filter(h -> h.is(name)).map(Header::value).toList();
    assertTrue(values.size() < 2, name + " is sent twice");
    return values.stream().findFirst();
  }

  private static Target target(
      String provider, Optional<String> base, Map<String, String> settings) {
    NetworkSettings network =
        base.map(NetworkSettings.DEFAULT::withBaseUrl).orElse(NetworkSettings.DEFAULT);
    return new Target(provider, "m", "k", Secret.of("sk-test"), network, settings);
  }
}
