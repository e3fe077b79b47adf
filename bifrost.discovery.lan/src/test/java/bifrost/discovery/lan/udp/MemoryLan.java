package bifrost.discovery.lan.udp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A network in memory, which can lose everything. */
final class MemoryLan {
  private final List<Port> ports = new CopyOnWriteArrayList<>();
  private volatile boolean dark;
  private volatile List<byte[]> echo = List.of();

  void setDark(boolean now) {
    dark = now;
  }

  /** From now on a stranger sends these after whatever is sent. */
  void echo(List<byte[]> datagrams) {
    echo = datagrams;
  }

  private void send(byte[] datagram) {
    if (!dark) {
      ports.forEach(port -> port.queue.add(datagram.clone()));
      echo.forEach(each -> ports.forEach(port -> port.queue.add(each.clone())));
    }
  }

  Lan open() {
    Port port = new Port();
    ports.add(port);
    return port;
  }

  private final class Port implements Lan {
    private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();

    @Override
    public void send(byte[] datagram) {
      MemoryLan.this.send(datagram);
    }

    @Override
    public byte[] receive(long millis) throws IOException {
      try {
        return queue.poll(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("closed", e);
      }
    }

    @Override
    public void close() {
      ports.remove(this);
    }
  }
}
