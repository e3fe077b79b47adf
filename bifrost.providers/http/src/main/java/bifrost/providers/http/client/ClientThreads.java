package bifrost.providers.http.client;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** Threads, timer and buffers that all pools share. */
record ClientThreads(VirtualThreadPool executor, Scheduler scheduler, ByteBufferPool buffers) {

  static ClientThreads start() {
    VirtualThreadPool executor = new VirtualThreadPool();
    executor.setName("upstream");
    executor.setMaxConcurrentTasks(0);
    Scheduler scheduler = new ScheduledExecutorScheduler("upstream-timer", true);
    LifeCycle.start(executor);
    LifeCycle.start(scheduler);
    return new ClientThreads(executor, scheduler, new ArrayByteBufferPool());
  }

  void close() {
    LifeCycle.stop(scheduler);
    LifeCycle.stop(executor);
  }
}
