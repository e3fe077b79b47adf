package bifrost.runtime.pipeline;

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
import bifrost.api.model.Header;
import bifrost.api.model.Usage;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseSink;
import bifrost.api.snapshot.Snapshot;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** Doubles of what surrounds the request path. */
final class Doubles {
  private Doubles() {}

  /** What a provider does in a test. */
  @FunctionalInterface
  interface Behaviour {
    Outcome call(ProviderCall call, ResponseSink sink) throws InterruptedException;
  }

  /** A provider that records its calls. */
  record ScriptedProvider(
      ProviderDescriptor descriptor, List<ProviderCall> calls, Behaviour behaviour)
      implements Provider {
    ScriptedProvider(ProviderDescriptor descriptor, Behaviour behaviour) {
      this(descriptor, new CopyOnWriteArrayList<>(), behaviour);
    }

    @Override
    public Outcome call(ProviderCall call, ResponseSink sink) throws InterruptedException {
      calls.add(call);
      return behaviour.call(call, sink);
    }
  }

  /** A governor that counts what is held and settled. */
  static final class CountingGovernor implements Governor {
    final AtomicInteger admitted = new AtomicInteger();
    final AtomicInteger settled = new AtomicInteger();
    final AtomicInteger held = new AtomicInteger();
    final AtomicInteger charged = new AtomicInteger();
    final AtomicInteger released = new AtomicInteger();
    final List<Settlement> settlements = new CopyOnWriteArrayList<>();
    final List<Usage> charges = new CopyOnWriteArrayList<>();

    @Override
    public Admission admit(AdmissionRequest request, Snapshot snapshot) {
      admitted.incrementAndGet();
      return new Admission.Granted(
          new Reservation() {
            @Override
            public Entitlement entitlement() {
              return Entitlement.ALL;
            }

            @Override
            public Charged charged() {
              return new Charged("vk", "name", "", "");
            }

            @Override
            public AttemptAdmission attempt(Attempt attempt) {
              held.incrementAndGet();
              return new AttemptAdmission.Held(new CountingHold());
            }

            @Override
            public void settle(Settlement settlement) {
              settled.incrementAndGet();
              settlements.add(settlement);
            }
          });
    }

    private final class CountingHold implements Hold {
      @Override
      public long charge(Usage usage, boolean complete) {
        charged.incrementAndGet();
        charges.add(usage);
        return usage.totalTokens();
      }

      @Override
      public void release() {
        released.incrementAndGet();
      }
    }
  }

  /** A client that records what it gets. */
  static final class RecordingClient implements ClientResponse {
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    final List<Header> headers = new ArrayList<>();
    int status;
    long length = -2;
    boolean last;
    boolean aborted;
    volatile boolean gone;
    int writesUntilGone = Integer.MAX_VALUE;

    @Override
    public void head(int httpStatus, String contentType, long bodyLength, List<Header> fields) {
      status = httpStatus;
      length = bodyLength;
      headers.clear();
      headers.addAll(fields);
      headers.add(new Header("Content-Type", contentType));
    }

    @Override
    public void write(ByteBuffer data, boolean end) {
      if (gone || writesUntilGone-- == 0) {
        throw new CallCancelledException(Reason.CLIENT_GONE);
      }
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      body.writeBytes(copy);
      last = end;
    }

    @Override
    public boolean committed() {
      return body.size() > 0;
    }

    @Override
    public void abort() {
      aborted = true;
    }

    @Override
    public boolean clientGone() {
      return gone;
    }

    String text() {
      return body.toString(StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
      return headers.stream().filter(h -> h.is(name)).map(Header::value).findFirst();
    }
  }

  /** A reference to a service of a bundle with this version. */
  @SuppressWarnings("unchecked")
  static <S> ServiceReference<S> reference(long id, String version) {
    Bundle bundle =
        (Bundle)
            Proxy.newProxyInstance(
                Doubles.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, args) ->
                    switch (method.getName()) {
                      case "getSymbolicName" -> "test.bundle";
                      case "getVersion" -> Version.parseVersion(version);
                      default -> null;
                    });
    Map<String, Object> properties = Map.of("service.id", id);
    return (ServiceReference<S>)
        Proxy.newProxyInstance(
            Doubles.class.getClassLoader(),
            new Class<?>[] {ServiceReference.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "getBundle" -> bundle;
                  case "getProperty" -> properties.get((String) args[0]);
                  case "compareTo" -> Long.compare(id, idOf(args[0]));
                  case "hashCode" -> Long.hashCode(id);
                  case "equals" -> proxy == args[0];
                  default -> null;
                });
  }

  private static long idOf(Object reference) {
    return (Long) ((ServiceReference<?>) reference).getProperty("service.id");
  }
}
