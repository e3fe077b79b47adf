package bifrost.providers.openai;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.HttpUpstream;
import bifrost.providers.http.UpstreamErrors;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamResponse;
import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** OpenAI and the vendors that copy its API: sends the body as it is and passes the answer on. */
@Component
public class OpenAiProvider implements Provider {
  private static final ProviderDescriptor DESCRIPTOR = OpenAiVendors.descriptor();

  private final HttpUpstream http;

  /** Uses the shared connections. */
  @Activate
  public OpenAiProvider(@Reference(name = "http") HttpUpstream http) {
    this.http = http;
  }

  @Override
  public ProviderDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public Outcome call(ProviderCall call, ResponseSink sink) throws InterruptedException {
    try (UpstreamResponse response = http.send(OpenAiRequest.of(call))) {
      if (response.status() < 200 || response.status() > 299) {
        return Outcome.failed(
            UpstreamErrors.read(response, call.target().provider(), call.target().credential()));
      }
      if (call.operation() == Operation.LIST_MODELS) {
        sink.answer(OpenAiModels.read(response));
        return Outcome.COMPLETED;
      }
      if (is(response, "text/html")) {
        return Outcome.failed(
            UpstreamFailure.of(
                Kind.PROTOCOL,
                call.target().provider()
                    + " answered with a web page, check network_config.base_url",
                false));
      }
      ResponseHead head = head(response);
      return isEventStream(response)
          ? new OpenAiStream(call, response, head, sink).relay()
          : new OpenAiAnswer(call, response, head, sink).relay();
    } catch (UpstreamException e) {
      return Outcome.failed(e.failure());
    }
  }

  private static boolean isEventStream(UpstreamResponse response) {
    return is(response, "text/event-stream") && response.header("content-encoding").isEmpty();
  }

  private static boolean is(UpstreamResponse response, String mediaType) {
    return response.contentType().regionMatches(true, 0, mediaType, 0, mediaType.length());
  }

  private static ResponseHead head(UpstreamResponse response) {
    List<Header> relayed = response.headers().stream().filter(OpenAiProvider::isRelayed).toList();
    return new ResponseHead(response.status(), response.contentType(), response.length(), relayed);
  }

  private static boolean isRelayed(Header header) {
    String name = header.name().toLowerCase(Locale.ROOT);
    return name.startsWith("openai-")
        || name.startsWith("x-ratelimit-")
        || name.equals("x-request-id")
        || name.equals("content-encoding");
  }
}
