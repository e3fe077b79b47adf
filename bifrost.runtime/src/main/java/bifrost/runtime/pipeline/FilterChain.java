package bifrost.runtime.pipeline;

import bifrost.api.filter.FilterDecision;
import bifrost.api.filter.FilteredRequest;
import bifrost.api.filter.RequestFilter;
import bifrost.api.filter.ResponseFilter;
import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Deadline;
import bifrost.runtime.format.InboundBody;
import bifrost.runtime.format.InboundFormat.Parsed;
import bifrost.runtime.format.ParsedCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the request side of the filters, and opens their response side. */
final class FilterChain {
  /** What the filters decided. */
  sealed interface Verdict {
    /** The request goes on, and its answer passes these. */
    record Passed(List<ResponseFilter> responseFilters) implements Verdict {}

    /** A filter refused or answered it. */
    record Ended(FilterDecision decision) implements Verdict {}
  }

  private static final Verdict UNFILTERED = new Verdict.Passed(List.of());

  Verdict before(List<RequestFilter> filters, Exchange exchange) throws IOException {
    if (filters.isEmpty()) {
      return UNFILTERED;
    }
    for (RequestFilter filter : filters) {
      FilterDecision decision = filter.before(new View(exchange));
      switch (decision) {
        case FilterDecision.Proceed proceed -> {
          // the next filter
        }
        case FilterDecision.Replace(byte[] body) -> {
          Optional<Refusal> refusal = replace(exchange, body);
          if (refusal.isPresent()) {
            return new Verdict.Ended(new FilterDecision.Refuse(refusal.get()));
          }
        }
        case FilterDecision.Answer answer -> {
          return new Verdict.Ended(answer);
        }
        case FilterDecision.Refuse refuse -> {
          return new Verdict.Ended(refuse);
        }
      }
    }
    List<ResponseFilter> responses = new ArrayList<>(filters.size());
    for (RequestFilter filter : filters) {
      filter.response(new View(exchange)).ifPresent(responses::add);
    }
    return new Verdict.Passed(List.copyOf(responses));
  }

  private static Optional<Refusal> replace(Exchange exchange, byte[] body) throws IOException {
    ParsedCall before = exchange.call();
    InboundBody replaced =
        new InboundBody(before.body().contentType(), body.length, new ByteArrayInputStream(body));
    InboundRequest request = exchange.request();
    return switch (request.format().parse(request.operation(), replaced)) {
      case Parsed.Refused(Refusal refusal) -> Optional.of(refusal);
      case Parsed.Ok(ParsedCall call) -> {
        before.body().close();
        exchange.parsed(call);
        yield Optional.empty();
      }
    };
  }

  /** The request as a filter sees it. */
  private record View(Exchange exchange) implements FilteredRequest {
    @Override
    public String id() {
      return exchange.request().id();
    }

    @Override
    public Operation operation() {
      return exchange.request().operation();
    }

    @Override
    public WireFormat format() {
      return exchange.request().format().wire();
    }

    @Override
    public String model() {
      return exchange.call().model();
    }

    @Override
    public boolean stream() {
      return exchange.call().stream();
    }

    @Override
    public List<Header> headers() {
      return exchange.request().headers();
    }

    @Override
    public Optional<ByteBuffer> body() {
      return exchange.call().body().bytes();
    }

    @Override
    public Deadline deadline() {
      return exchange.deadline();
    }
  }
}
