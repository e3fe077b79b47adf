package bifrost.providers.http.client;

import bifrost.providers.http.HttpUpstream;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The client service: finds the connections for a request's settings and makes the exchange. */
@Component(service = HttpUpstream.class)
public class SharedHttpUpstream implements HttpUpstream {
  private final Pools pools;

  /** Opens no connection before the first request. */
  @Activate
  public SharedHttpUpstream() {
    this(new Pools(System::nanoTime));
  }

  SharedHttpUpstream(Pools pools) {
    this.pools = pools;
  }

  /** Closes all connections. */
  @Deactivate
  public void deactivate() {
    pools.close();
  }

  @Override
  public UpstreamResponse send(UpstreamRequest request)
      throws UpstreamException, InterruptedException {
    Host host = pools.host(PoolKey.of(request.network()), Origin.of(request.uri()));
    Exchange exchange = new Exchange(pools, host, request);
    exchange.start();
    return exchange;
  }
}
