package bifrost.runtime.pipeline;

import bifrost.api.governance.Charged;
import bifrost.api.governance.Settlement.Exit;
import bifrost.api.journal.RequestLog;
import bifrost.api.model.Usage;
import bifrost.api.provider.Deadline;
import bifrost.runtime.format.ErrorReport;
import bifrost.runtime.format.ParsedCall;
import bifrost.runtime.metrics.Measured;
import bifrost.runtime.routing.Candidate;
import java.util.Optional;

/** The state of one request while it is served: used by its own thread but for the cancellation. */
final class Exchange {
  private final InboundRequest request;
  private final CopiedResponse client;
  private final Deadline deadline;
  private final CallCancellation cancellation = new CallCancellation();
  private final long startMillis;
  private final long startNanos;
  private ParsedCall call;
  private Charged charged = Charged.NOBODY;
  private String provider = "";
  private String model = "";
  private String wireModel = "";
  private String keyId = "";
  private String keyName = "";
  private int attempts;
  private int fallbackIndex;
  private int status;
  private String errorType = "";
  private Exit exit = Exit.SUCCESS;
  private Usage usage = Usage.NONE;
  private long costNanos;
  private long firstByteNanos = -1;
  private long lastByteNanos;
  private long bytesOut;
  private long chunks;
  private long upstreamNanos;
  private Optional<PayloadCopy> payload = Optional.empty();

  Exchange(
      InboundRequest request,
      ClientResponse client,
      Deadline deadline,
      long startMillis,
      long startNanos) {
    this.request = request;
    this.client = new CopiedResponse(client);
    this.deadline = deadline;
    this.startMillis = startMillis;
    this.startNanos = startNanos;
  }

  InboundRequest request() {
    return request;
  }

  ClientResponse client() {
    return client;
  }

  Deadline deadline() {
    return deadline;
  }

  CallCancellation cancellation() {
    return cancellation;
  }

  ParsedCall call() {
    return call;
  }

  Exit exit() {
    return exit;
  }

  long costNanos() {
    return costNanos;
  }

  int attempts() {
    return attempts;
  }

  /** The provider of the last attempt; empty before the first. */
  String provider() {
    return provider;
  }

  void parsed(ParsedCall parsed) {
    call = parsed;
    model = parsed.model();
  }

  void chargedTo(Charged whom, String bareModel) {
    charged = whom;
    model = bareModel;
  }

  /** Whom it is charged to. */
  Charged charged() {
    return charged;
  }

  /** Copies what the client gets from now on. */
  void copyTo(PayloadCopy copy) {
    payload = Optional.of(copy);
    client.copyTo(copy);
  }

  /** The bodies, where they are kept. */
  Optional<PayloadCopy> payload() {
    return payload;
  }

  /** When it came in, in milliseconds since the epoch. */
  long startMillis() {
    return startMillis;
  }

  void attempting(Candidate candidate, int fallback, String onWire, String id, String name) {
    provider = candidate.provider().id();
    fallbackIndex = fallback;
    wireModel = onWire;
    keyId = id;
    keyName = name;
    attempts++;
  }

  void used(Usage attemptUsage, long attemptCostNanos) {
    usage = attemptUsage;
    costNanos += attemptCostNanos;
  }

  void firstByte(long nanoTime) {
    if (firstByteNanos < 0) {
      firstByteNanos = nanoTime;
    }
  }

  /** A piece of the answer has left. */
  void sent(long bytes, long nanoTime) {
    bytesOut += bytes;
    chunks++;
    lastByteNanos = nanoTime;
  }

  void spentUpstream(long nanos) {
    upstreamNanos += nanos;
  }

  Measured measured() {
    return new Measured(
        call == null ? -1 : call.body().length(),
        bytesOut,
        chunks,
        upstreamNanos,
        firstByteNanos < 0 ? 0 : lastByteNanos - firstByteNanos);
  }

  void ended(int httpStatus, String type, Exit how) {
    status = httpStatus;
    errorType = type;
    exit = how;
  }

  /** What the caller is told of an error of this request. */
  ErrorReport report(int httpStatus, String type, String message) {
    return new ErrorReport(
        httpStatus,
        type,
        type,
        message,
        Optional.empty(),
        Optional.empty(),
        provider,
        call == null ? "" : call.model(),
        Optional.of(request.operation()));
  }

  RequestLog log(long endNanos) {
    return new RequestLog(
        request.id(),
        startMillis,
        request.operation(),
        provider,
        model,
        wireModel,
        keyId,
        keyName,
        charged,
        attempts,
        fallbackIndex,
        call != null && call.stream(),
        status,
        errorType,
        usage,
        costNanos,
        (endNanos - startNanos) / 1000,
        firstByteNanos < 0 ? -1 : (firstByteNanos - startNanos) / 1000);
  }
}
