package bifrost.runtime.pipeline;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.runtime.format.InboundBody;
import bifrost.runtime.format.InboundFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An inference request as the ingress hands it over.
 *
 * @param id the request's id
 * @param operation what is asked, by the route
 * @param format the format of the route
 * @param route the route's template, for metrics
 * @param credential what the caller presented as a virtual key
 * @param headers header fields without credentials
 * @param parameters the parameters of the query, decoded
 * @param body the body as it arrives
 */
public record InboundRequest(
    String id,
    Operation operation,
    InboundFormat format,
    String route,
    Optional<Secret> credential,
    List<Header> headers,
    Map<String, String> parameters,
    InboundBody body) {}
