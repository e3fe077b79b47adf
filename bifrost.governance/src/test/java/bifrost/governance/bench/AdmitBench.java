package bifrost.governance.bench;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Usage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What admission costs a request with limits at four levels: provider configuration, virtual key,
 * team, customer. Each has a budget, the key also limits on requests and tokens. The journal takes
 * what is settled and does nothing with it.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 3)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx3g",
      "-Xms3g",
      // as the launch script has them
      "-XX:+UseParallelGC",
      "-XX:+IgnoreUnrecognizedVMOptions",
      "-XX:+UseCompactObjectHeaders"
    })
public class AdmitBench {
  private static final Attempt ATTEMPT = new Attempt("openai", "gpt-4o", "gpt-4o", "", 0);
  private static final Usage USAGE = Usage.ofTokens(250, 100);
  private static final Settlement SETTLEMENT = new Settlement(Settlement.Exit.SUCCESS, 0);

  /** One key. */
  @State(Scope.Benchmark)
  public static class OneKey {
    private final World world = new World(1);
    private final AdmissionRequest request = world.request(0);
  }

  /** A million keys, a thousand of them in use. */
  @State(Scope.Benchmark)
  public static class ManyKeys {
    private final World world = new World(1_000_000);
    private final AdmissionRequest[] requests = new AdmissionRequest[1_000];

    /** Makes the requests. */
    public ManyKeys() {
      for (int i = 0; i < requests.length; i++) {
        requests[i] = world.request(i * 997);
      }
    }
  }

  /** From the credential to the hold of the first attempt, given back. */
  @Benchmark
  public Object admit(OneKey state) {
    return admit(state.world, state.request);
  }

  /** The same with two threads on one key. */
  @Benchmark
  @Threads(2)
  public Object admitTwoThreads(OneKey state) {
    return admit(state.world, state.request);
  }

  /** The same with many keys. */
  @Benchmark
  public Object admitManyKeys(ManyKeys state) {
    int key = ThreadLocalRandom.current().nextInt(state.requests.length);
    return admit(state.world, state.requests[key]);
  }

  /** A whole request: admission, hold, charge, settlement. */
  @Benchmark
  public long whole(OneKey state) {
    Admission.Granted granted =
        (Admission.Granted) state.world.admissions().admit(state.request, state.world.snapshot());
    AttemptAdmission.Held held = (AttemptAdmission.Held) granted.reservation().attempt(ATTEMPT);
    long cost = held.hold().charge(USAGE, true);
    granted.reservation().settle(SETTLEMENT);
    return cost;
  }

  private static Object admit(World world, AdmissionRequest request) {
    Admission.Granted granted =
        (Admission.Granted) world.admissions().admit(request, world.snapshot());
    AttemptAdmission.Held held = (AttemptAdmission.Held) granted.reservation().attempt(ATTEMPT);
    held.hold().release();
    granted.reservation().settle(SETTLEMENT);
    return held;
  }
}
