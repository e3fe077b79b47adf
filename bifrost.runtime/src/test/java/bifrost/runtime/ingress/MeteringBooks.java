package bifrost.runtime.ingress;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Charged;
import bifrost.api.governance.Entitlement;
import bifrost.api.governance.Governor;
import bifrost.api.governance.Hold;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.journal.RequestLog;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.snapshot.Snapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A governor, a provider of everything and a journal that keep one set of books: what was admitted,
 * held, called, charged, settled and recorded, and whether a call came without a hold.
 */
final class MeteringBooks implements Governor, Journal {
  final List<AdmissionRequest> admitted = new CopyOnWriteArrayList<>();
  final List<Operation> called = new CopyOnWriteArrayList<>();
  final List<Operation> calledWithoutHold = new CopyOnWriteArrayList<>();
  final List<Usage> charged = new CopyOnWriteArrayList<>();
  final List<Settlement> settled = new CopyOnWriteArrayList<>();
  final List<RequestLog> recorded = new CopyOnWriteArrayList<>();
  final AtomicInteger openHolds = new AtomicInteger();
  private volatile boolean refusing;

  /** From now on nobody is admitted. */
  void refuse() {
    refusing = true;
  }

  /** Offers every operation in every format. */
  Provider provider() {
    ProviderDescriptor descriptor = ProviderDescriptor.named("p").withoutKey();
    for (Operation operation : Operation.values()) {
      for (WireFormat format : WireFormat.values()) {
        descriptor = descriptor.withRaw(operation, format);
      }
    }
    ProviderDescriptor all = descriptor;
    return new Provider() {
      @Override
      public ProviderDescriptor descriptor() {
        return all;
      }

      @Override
      public Outcome call(ProviderCall call, ResponseSink sink) {
        (openHolds.get() > 0 ? called : calledWithoutHold).add(call.operation());
        byte[] body = "{}".getBytes(StandardCharsets.US_ASCII);
        sink.head(new ResponseHead(200, "application/json", body.length, List.of()));
        sink.bytes(ByteBuffer.wrap(body));
        sink.usage(Usage.ofTokens(3, 4));
        return Outcome.COMPLETED;
      }
    };
  }

  @Override
  public Admission admit(AdmissionRequest request, Snapshot snapshot) {
    if (refusing) {
      return new Admission.Refused(Refusal.of(402, "budget_exceeded", "nothing is left"));
    }
    admitted.add(request);
    return new Admission.Granted(new Booked());
  }

  @Override
  public Appended append(JournalRecord journalRecord) {
    if (journalRecord instanceof RequestLog log) {
      recorded.add(log);
    }
    return Appended.KEPT;
  }

  @Override
  public JournalState state() {
    return JournalState.NORMAL;
  }

  private final class Booked implements Reservation, Hold {
    @Override
    public Entitlement entitlement() {
      return Entitlement.ALL;
    }

    @Override
    public Charged charged() {
      return Charged.NOBODY;
    }

    @Override
    public AttemptAdmission attempt(Attempt attempt) {
      openHolds.incrementAndGet();
      return new AttemptAdmission.Held(this);
    }

    @Override
    public void settle(Settlement settlement) {
      settled.add(settlement);
    }

    @Override
    public long charge(Usage usage, boolean complete) {
      openHolds.decrementAndGet();
      charged.add(usage);
      return usage.totalTokens();
    }

    @Override
    public void release() {
      openHolds.decrementAndGet();
    }
  }
}
