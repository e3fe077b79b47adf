package bifrost.providers.openai;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor.Vendor;
import bifrost.api.provider.Target;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the upstream request of a call: address and header fields; the body stays as it is. */
final class OpenAiRequest {
  static final String AZURE_ENDPOINT = "azure_endpoint";

  private static final Pattern VERSIONED =
      Pattern.compile("[a-z]+://[^/]+(?:/.*)?/v[0-9]+[a-z0-9]*");
  private static final Header USER_AGENT = new Header("User-Agent", "bifrost");
  private static final Header ACCEPT_EVENTS =
      new Header("Accept", "text/event-stream, application/json");
  private static final Header ACCEPT_ANY = new Header("Accept", "*/*");

  private OpenAiRequest() {}

  static UpstreamRequest of(ProviderCall call) throws UpstreamException {
    URI uri = uri(call.target(), call.operation());
    if (call.payload() instanceof Payload.Raw raw) {
      return UpstreamRequest.post(
          call, uri, headers(call, Optional.of(raw.contentType())), raw.body());
    }
    return UpstreamRequest.get(call, uri, headers(call, Optional.empty()));
  }

  /** The address of an operation; a version at the end of the base URL is not doubled. */
  static URI uri(Target target, Operation operation) throws UpstreamException {
    Vendor vendor = OpenAiVendors.of(target.provider());
    Optional<String> azure = target.setting(AZURE_ENDPOINT);
    boolean isAzure = azure.isPresent() || vendor.name().equals(OpenAiVendors.AZURE);
    String base =
        azure
            .or(target.network()::baseUrl)
            .or(vendor::baseUrl)
            .orElseThrow(() -> unusable(target, isAzure, "is missing"));
    while (base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    String root;
    if (isAzure) {
      root = base.endsWith("/openai/v1") ? base : trimmed(base, "/openai") + "/openai/v1";
    } else if (vendor.name().equals(OpenAiVendors.PERPLEXITY)) {
      root = base;
    } else {
      root = VERSIONED.matcher(base).matches() ? base : base + "/v1";
    }
    try {
      URI uri = new URI(root + "/" + path(operation));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below, without the text, which may hold a credential.
    }
    throw unusable(target, isAzure, "is no address of the form https://host/path");
  }

  private static String path(Operation operation) {
    return switch (operation) {
      case CHAT_COMPLETION -> "chat/completions";
      case TEXT_COMPLETION -> "completions";
      case RESPONSES -> "responses";
      case EMBEDDING -> "embeddings";
      case IMAGE_GENERATION -> "images/generations";
      case SPEECH -> "audio/speech";
      case TRANSCRIPTION -> "audio/transcriptions";
      case LIST_MODELS -> "models";
      default -> throw new IllegalArgumentException("not offered: " + operation.label());
    };
  }

  private static List<Header> headers(ProviderCall call, Optional<String> contentType) {
    List<Header> headers = new ArrayList<>(call.headers().size() + 5);
    boolean agent = false;
    for (Header header : call.headers()) {
      if (!isOurs(header)) {
        headers.add(header);
        agent |= header.is("user-agent");
      }
    }
    if (!agent) {
      headers.add(USER_AGENT);
    }
    headers.add(call.stream() ? ACCEPT_EVENTS : ACCEPT_ANY);
    contentType.ifPresent(type -> headers.add(new Header("Content-Type", type)));
    headers.add(new Header("X-Client-Request-Id", call.requestId()));
    Target target = call.target();
    if (!target.credential().isEmpty()) {
      String key = target.credential().reveal();
      headers.add(
          target.provider().equals(OpenAiVendors.AZURE)
                  || target.setting(AZURE_ENDPOINT).isPresent()
              ? new Header("api-key", key)
              : new Header("Authorization", "Bearer " + key));
    }
    return headers;
  }

  private static boolean isOurs(Header header) {
    return header.is("authorization")
        || header.is("api-key")
        || header.is("content-type")
        || header.is("accept")
        || header.is("x-client-request-id");
  }

  private static String trimmed(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }

  private static UpstreamException unusable(Target target, boolean azure, String why) {
    String setting = azure ? "the key's azure_key_config.endpoint" : "network_config.base_url";
    return new UpstreamException(
        UpstreamFailure.of(
            azure ? Kind.CREDENTIAL : Kind.NOT_FOUND,
            "provider " + target.provider() + ": " + setting + " " + why,
            false));
  }
}
