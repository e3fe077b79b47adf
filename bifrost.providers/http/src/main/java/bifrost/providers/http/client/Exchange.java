package bifrost.providers.http.client;

import bifrost.api.model.Header;
import bifrost.api.provider.Body;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.NetworkSettings;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;

/**
 * One request and its answer, driven by the caller's thread: the client's callbacks only note what
 * happened and wake that thread.
 */
final class Exchange implements UpstreamResponse {
  private static final HttpField IDENTITY = new HttpField(HttpHeader.ACCEPT_ENCODING, "identity");
  private static final ByteBuffer END = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Longer than any timeout of ours. */
  private static final long NO_IDLE_LIMIT_DAYS = 10;

  private static final Duration CLOSE_WAIT = Duration.ofMillis(100);
  private static final int CLOSE_BYTES = 64 * 1024;

  private final Pool pool;
  private final UpstreamRequest request;
  private final Request wire;
  private final long startNanos = System.nanoTime();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Noted by callbacks, under the lock.
  private volatile Response response;
  private volatile Content.Source source;
  private volatile Throwable failure;
  private volatile boolean answerBegun;
  private volatile boolean requestSent;
  private volatile boolean dataReady;
  private volatile boolean completed;
  private volatile boolean cancelled;

  // Of the caller's thread alone.
  private Cancellation.Registration registration = () -> {};
  private Content.Chunk held = Content.Chunk.EMPTY;
  private List<Header> headers = List.of();
  private boolean uploading;
  private boolean broken;
  private boolean ended;
  private boolean closed;

  Exchange(Pool pool, UpstreamRequest request) {
    this.pool = pool;
    this.request = request;
    this.wire =
        pool.client()
            .newRequest(request.uri())
            .method(request.method())
            .headers(fields -> Fields.write(request, fields.put(IDENTITY)))
            .onRequestCommit(r -> note(() -> requestSent = true))
            .onResponseBegin(r -> note(() -> answerBegun = true))
            .onResponseContentSource(
                (head, content) ->
                    note(
                        () -> {
                          response = head;
                          source = content;
                        }));
    if (outlastsPool(request.network())) {
      wire.idleTimeout(NO_IDLE_LIMIT_DAYS, TimeUnit.DAYS);
    }
  }

  /** Whether the pool's idle limit could end a running exchange; changing it costs two timers. */
  private static boolean outlastsPool(NetworkSettings network) {
    return network.requestTimeout().compareTo(Pool.CONNECTION_IDLE) >= 0
        || network.streamIdleTimeout().compareTo(Pool.CONNECTION_IDLE) >= 0;
  }

  /** Sends the request and waits for the head. */
  void awaitHead() throws UpstreamException, StaleConnectionException, InterruptedException {
    try {
      exchangeHead();
    } catch (UpstreamException e) {
      if (stale()) {
        throw new StaleConnectionException(e);
      }
      throw e;
    }
  }

  /** The same on the second connection: what fails now has failed. */
  void awaitHeadAfterRetry() throws UpstreamException, InterruptedException {
    exchangeHead();
  }

  private void exchangeHead() throws UpstreamException, InterruptedException {
    boolean arrived = false;
    try {
      registration = request.cancellation().onCancel(this::cancel);
      Upload upload = Upload.of(this, request.body());
      upload.content().ifPresent(wire::body);
      wire.send(this::completed);
      uploading = true;
      uploading = !upload.pump();
      await(() -> source != null || failure != null, headLimitNanos());
      if (source == null) {
        throw Failures.of(failure, request.uri(), requestSent, answerBegun);
      }
      headers = Fields.read(response.getHeaders());
      arrived = true;
    } catch (IOException e) {
      throw Failures.unreadableBody();
    } finally {
      if (!arrived) {
        registration.close();
        abort();
      }
    }
  }

  @Override
  public int status() {
    return response.getStatus();
  }

  @Override
  public List<Header> headers() {
    return headers;
  }

  @Override
  public long length() {
    return response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
  }

  @Override
  public ByteBuffer next() throws UpstreamException, InterruptedException {
    boolean read = false;
    try {
      ByteBuffer data = next(request.stream() ? System.nanoTime() + idleNanos() : headLimitNanos());
      read = true;
      return data;
    } finally {
      broken |= !read;
    }
  }

  private ByteBuffer next(long limitNanos) throws UpstreamException, InterruptedException {
    held.release();
    held = Content.Chunk.EMPTY;
    while (!ended) {
      throwIfCancelled();
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        if (failure != null) {
          throw Failures.of(failure, request.uri(), true, true);
        }
        awaitData(limitNanos);
      } else if (Content.Chunk.isFailure(chunk)) {
        throwIfCancelled();
        throw Failures.of(chunk.getFailure(), request.uri(), true, true);
      } else {
        ended = chunk.isLast();
        if (chunk.hasRemaining()) {
          held = chunk;
          return chunk.getByteBuffer();
        }
        chunk.release();
      }
    }
    return END;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (!ended && !uploading && !broken) {
        drain();
      }
      held.release();
    } finally {
      registration.close();
      if (!ended || uploading) {
        abort();
      }
      awaitCompletion();
      pool.release();
    }
  }

  /** Waits until the connection is back in its pool or closed: a callback may still be at it. */
  private void awaitCompletion() {
    lock.lock();
    try {
      long left = CLOSE_WAIT.toNanos();
      while (!completed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Reads what little may be left, so that the connection can be used again. */
  private void drain() {
    long limit = System.nanoTime() + CLOSE_WAIT.toNanos();
    int left = CLOSE_BYTES;
    try {
      while (left > 0 && !ended) {
        left -= next(limit).remaining();
      }
    } catch (UpstreamException | CallCancelledException e) {
      // The connection is closed instead.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitData(long limitNanos) throws UpstreamException, InterruptedException {
    dataReady = false;
    source.demand(() -> note(() -> dataReady = true));
    await(() -> dataReady || failure != null, limitNanos);
  }

  /** Waits until something was noted, the call is cancelled or the time is over. */
  void await(BooleanSupplier noted, long limitNanos)
      throws UpstreamException, InterruptedException {
    lock.lock();
    try {
      while (!noted.getAsBoolean() && !cancelled) {
        long left =
            Math.min(limitNanos - System.nanoTime(), request.deadline().remaining().toNanos());
        if (left <= 0) {
          throw Failures.timeout(
              Failures.host(request.uri()) + " did not answer in time", requestSent);
        }
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    throwIfCancelled();
  }

  /** Notes something and wakes the caller's thread. */
  void note(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the answer, or its failure, is there before the request was sent whole. */
  boolean answered() {
    return source != null || failure != null;
  }

  long headLimitNanos() {
    return startNanos + request.network().requestTimeout().toNanos();
  }

  private long idleNanos() {
    return request.network().streamIdleTimeout().toNanos();
  }

  private void completed(Result result) {
    note(
        () -> {
          completed = true;
          failure = result.getFailure();
        });
  }

  private void cancel() {
    note(() -> cancelled = true);
    abort();
  }

  private void abort() {
    wire.abort(new ClosedChannelException());
  }

  private void throwIfCancelled() {
    if (request.cancellation().isCancelled()) {
      throw new CallCancelledException(
          request.cancellation().reason().orElse(Cancellation.Reason.CLIENT_GONE));
    }
  }

  private boolean stale() {
    return !answerBegun
        && failure != null
        && Failures.closedByPeer(failure)
        && request.body().flatMap(Body::slices).isPresent() == request.body().isPresent()
        && wire.getConnection() instanceof Connection connection
        && connection.getMessagesIn() > 0;
  }
}
