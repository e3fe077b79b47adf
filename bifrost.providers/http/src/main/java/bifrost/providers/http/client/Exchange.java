package bifrost.providers.http.client;

import bifrost.api.model.Header;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One request and its answer, on the caller's thread. Whoever ends it early, the cancellation or
 * the sweeper, closes the connection under it.
 */
final class Exchange implements UpstreamResponse {
  private static final long SLICE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long CLOSE_WAIT_NANOS = Duration.ofMillis(100).toNanos();
  private static final int CLOSE_BYTES = 64 * 1024;

  private final Pools pools;
  private final Host host;
  private final UpstreamRequest request;
  private final long startNanos;
  private volatile Connection connection;

  private Cancellation.Registration registration = () -> {};
  private Head head;
  private BodyReader body;
  private boolean permitted;
  private boolean sent;
  private boolean broken;
  private boolean closed;

  Exchange(Pools pools, Host host, UpstreamRequest request) {
    this.pools = pools;
    this.host = host;
    this.request = request;
    this.startNanos = pools.nanoTime().getAsLong();
  }

  /** Sends the request and waits for the head. */
  void start() throws UpstreamException, InterruptedException {
    boolean started = false;
    try {
      registration = request.cancellation().onCancel(this::cut);
      acquire();
      boolean replayable = request.body().isEmpty() || request.body().get().slices().isPresent();
      Connection pooled = replayable ? host.poll() : null;
      if (pooled == null || !exchange(pooled, true)) {
        exchange(open(), false);
      }
      started = true;
    } finally {
      if (!started) {
        broken = true;
        close();
      }
    }
  }

  @Override
  public int status() {
    return head.status();
  }

  @Override
  public List<Header> headers() {
    return head.headers();
  }

  @Override
  public long length() {
    return Math.max(-1, head.length());
  }

  @Override
  public ByteBuffer next() throws UpstreamException, InterruptedException {
    if (closed) {
      throw new IllegalStateException(
          "the answer was closed, its connection may serve another one");
    }
    return next(request.stream() ? now() + idleNanos() : headLimit());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!broken && sent && !body.ended()) {
      drain();
    }
    registration.close();
    Connection mine = connection;
    if (mine != null) {
      boolean clean = mine.position == mine.limit && !mine.isClosed();
      if (!broken && sent && body.ended() && head.reusable() && clean) {
        host.offer(mine, head.keepAliveSeconds());
      } else {
        mine.close();
      }
    }
    if (permitted) {
      host.release();
    }
  }

  /**
   * Sends on a connection and reads the head.
   *
   * @param pooled whether the connection may turn out to be closed already
   * @return whether that went well; not so when the connection had been closed before anything of
   *     the answer came, and another one has to be tried
   */
  private boolean exchange(Connection on, boolean pooled)
      throws UpstreamException, InterruptedException {
    connection = on;
    throwIfCancelled();
    on.expireAt(limit(headLimit()));
    try {
      sent = new RequestWriter(on, host.connector(), host.origin(), request).write();
      head = HeadReader.read(on);
      on.expireNever();
      body = new BodyReader(on, head);
      throwIfOver();
      return true;
    } catch (IOException e) {
      throwIfOver();
      on.close();
      boolean nothingCame = on.position == on.limit;
      boolean stale = pooled && nothingCame && !(e instanceof MalformedException);
      if (stale) {
        return false;
      }
      throw Failures.broken(e, host.origin(), sent, false);
    }
  }

  private ByteBuffer next(long limitNanos) throws UpstreamException, InterruptedException {
    Connection on = connection;
    boolean read = false;
    try {
      on.expireAt(limit(limitNanos));
      ByteBuffer data = body.next();
      on.expireNever();
      throwIfOver();
      read = true;
      return data;
    } catch (IOException e) {
      throwIfOver();
      throw Failures.broken(e, host.origin(), true, true);
    } finally {
      broken |= !read;
    }
  }

  /** Reads what little may be left, so that the connection can be used again. */
  private void drain() {
    long limit = now() + CLOSE_WAIT_NANOS;
    int left = CLOSE_BYTES;
    try {
      while (left > 0 && !body.ended()) {
        left -= next(limit).remaining();
      }
    } catch (UpstreamException | CallCancelledException e) {
      // The connection is closed instead.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acquire() throws UpstreamException, InterruptedException {
    while (!host.tryAcquire(SLICE_NANOS)) {
      throwIfCancelled();
      if (limit(headLimit()) - now() <= 0) {
        throw Failures.noConnectionFree(host.origin());
      }
    }
    permitted = true;
  }

  /** Opens a connection on a thread of its own: resolving a name can be hurried by nobody. */
  private Connection open() throws UpstreamException, InterruptedException {
    CompletableFuture<Connection> opening = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("upstream-connect")
        .start(
            () -> {
              try {
                Connection opened = host.connector().open(host.origin());
                pools.sweeper().add(opened);
                opening.complete(opened);
              } catch (IOException | RuntimeException e) {
                opening.completeExceptionally(e);
              }
            });
    boolean taken = false;
    try {
      while (true) {
        throwIfCancelled();
        long left = limit(headLimit()) - now();
        if (left <= 0) {
          throw Failures.noConnectionInTime(host.origin());
        }
        try {
          Connection opened = opening.get(Math.min(left, SLICE_NANOS), TimeUnit.NANOSECONDS);
          taken = true;
          return opened;
        } catch (TimeoutException e) {
          // Another look at the call, then on.
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw Failures.connecting(failure, host.origin());
      }
      throw new IllegalStateException("cannot connect", e.getCause());
    } finally {
      if (!taken) {
        opening.thenAccept(late -> host.offer(late, -1));
      }
    }
  }

  /** Ends every wait of the caller's thread. */
  private void cut() {
    Connection on = connection;
    if (on != null) {
      on.close();
    }
  }

  private long now() {
    return pools.nanoTime().getAsLong();
  }

  private long headLimit() {
    return startNanos + request.network().requestTimeout().toNanos();
  }

  private long idleNanos() {
    return request.network().streamIdleTimeout().toNanos();
  }

  /** The given moment, or the call's deadline where that comes first. */
  private long limit(long nanos) {
    long deadline = now() + request.deadline().remaining().toNanos();
    return deadline - nanos < 0 ? deadline : nanos;
  }

  private void throwIfOver() throws UpstreamException, InterruptedException {
    throwIfCancelled();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (connection.isExpired()) {
      throw Failures.timeout(host.origin(), request, head != null, sent);
    }
  }

  private void throwIfCancelled() {
    if (request.cancellation().isCancelled()) {
      throw new CallCancelledException(
          request.cancellation().reason().orElse(Cancellation.Reason.CLIENT_GONE));
    }
  }
}
