package bifrost.admin.shell.server;

import bifrost.admin.shell.wire.ShellProtocol;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** Sends what is written as frames; a command's output and error output share one connection. */
final class FrameStream extends OutputStream {
  private final DataOutputStream out;
  private final byte type;
  private final ReentrantLock lock;

  FrameStream(DataOutputStream out, byte type, ReentrantLock lock) {
    this.out = out;
    this.type = type;
    this.lock = lock;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      for (int sent = 0; sent < length; sent += ShellProtocol.MAX_FRAME) {
        int size = Math.min(length - sent, ShellProtocol.MAX_FRAME);
        ShellProtocol.write(out, type, bytes, offset + sent, size);
      }
    } finally {
      lock.unlock();
    }
  }
}
