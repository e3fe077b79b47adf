package bifrost.discovery.consul;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.kiwiproject.consul.util.failover.ConsulFailoverInterceptor;
import org.kiwiproject.consul.util.failover.strategy.ConsulFailoverStrategy;

/**
 * Cuts answers off that are larger than any real one. It stands where the client would put
 * fail-over, which {@link Agents} does itself.
 */
final class LimitedBody extends ConsulFailoverInterceptor {
  private static final long MAX_BYTES = 32L << 20;

  LimitedBody() {
    super((ConsulFailoverStrategy) null); // never asked: the only method is overridden
  }

  @Override
  public Response intercept(Interceptor.Chain chain) {
    try {
      Response response = chain.proceed(chain.request());
      ResponseBody body = response.body();
      ForwardingSource limited =
          new ForwardingSource(body.source()) {
            private long read;

            @Override
            public long read(Buffer sink, long count) throws IOException {
              long more = super.read(sink, count);
              read += Math.max(0, more);
              if (read > MAX_BYTES) {
                throw new ProtocolException("the answer is larger than " + MAX_BYTES + " bytes");
              }
              return more;
            }
          };
      return response
          .newBuilder()
          .body(ResponseBody.create(Okio.buffer(limited), body.contentType(), -1))
          .build();
    } catch (IOException e) {
      throw new UncheckedCallException(e);
    }
  }

  /** Carries the failure of a call through a method that declares none. */
  static final class UncheckedCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UncheckedCallException(IOException cause) {
      super(cause);
    }
  }
}
