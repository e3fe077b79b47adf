package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * Reads from the frames that HTTP/2 answers on an accepted connection what the peer did wrong: the
 * reason of a GOAWAY, and streams that had to be ended, one after the other, which cut it.
 */
final class AnswerWatch extends ChannelOutboundHandlerAdapter {
  /** The library writes the head of a frame, with what has a fixed length, as one piece. */
  private static final int HEAD_LENGTH = 9;

  private static final int TYPE = 3;
  private static final int FLAGS = 4;
  private static final int HEADERS = 1;
  private static final int END_STREAM = 1;
  private static final int RESET = 3;
  private static final int RESET_LENGTH = 13;
  private static final int GO_AWAY = 7;
  private static final int GO_AWAY_LENGTH = 17;
  private static final int ERROR = 13;
  private static final int MAX_ENDED = 20;
  private static final int MAX_TEXT = 200;

  private final BiConsumer<Kind, String> refused;
  private int ended;
  private long error;
  private boolean textFollows;
  private boolean told;

  AnswerWatch(BiConsumer<Kind, String> refused) {
    this.refused = refused;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    boolean flooded = message instanceof ByteBuf bytes && look(bytes);
    super.write(context, message, promise);
    if (flooded) {
      context.close();
    }
  }

  /** Returns whether too many streams had to be ended. */
  private boolean look(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (textFollows) {
      textFollows = false;
      tell(bytes.toString(bytes.readerIndex(), Math.min(length, MAX_TEXT), StandardCharsets.UTF_8));
    } else if (length == GO_AWAY_LENGTH && type(bytes) == GO_AWAY) {
      error = bytes.getUnsignedInt(bytes.readerIndex() + ERROR);
      textFollows = bytes.getUnsignedMedium(bytes.readerIndex()) > Long.BYTES;
      if (!textFollows) {
        tell("error " + error);
      }
    } else if (endsStream(bytes, length) && ++ended == MAX_ENDED) {
      told = true;
      refused.accept(Kind.LIMIT, Admission.ONE_STREAM);
      return true;
    }
    return false;
  }

  private static boolean endsStream(ByteBuf bytes, int length) {
    return switch (length) {
      case RESET_LENGTH -> type(bytes) == RESET;
      case HEAD_LENGTH ->
          type(bytes) == HEADERS && (bytes.getByte(bytes.readerIndex() + FLAGS) & END_STREAM) != 0;
      default -> false;
    };
  }

  private void tell(String text) {
    boolean idle = text.equals("max_idle");
    if (!told && (idle || error != 0)) {
      told = true;
      refused.accept(
          Kind.MESSAGE,
          idle
              ? "it has opened no link for half a minute"
              : Causes.bounded("it breaks the rules of HTTP/2: " + text));
    }
  }

  private static int type(ByteBuf bytes) {
    return bytes.getByte(bytes.readerIndex() + TYPE);
  }
}
