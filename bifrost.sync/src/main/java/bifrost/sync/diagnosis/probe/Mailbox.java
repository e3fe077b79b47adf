package bifrost.sync.diagnosis.probe;

import bifrost.api.cluster.MessageListener;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Takes what other nodes say about diagnosis. A component of its own, because membership takes
 * listeners before it is there itself.
 */
@Component(service = {MessageListener.class, Mailbox.class})
public final class Mailbox implements MessageListener {
  private volatile Consumer<DoctorMessage> reader = message -> {};

  /** An empty mailbox. */
  @Activate
  public Mailbox() {}

  @Override
  public String topic() {
    return DoctorMessage.TOPIC;
  }

  @Override
  public void received(byte[] payload) {
    Optional<DoctorMessage> message = DoctorCodec.decode(payload);
    message.ifPresent(reader);
  }

  void read(Consumer<DoctorMessage> next) {
    reader = next;
  }

  void ignore() {
    reader = message -> {};
  }
}
