package bifrost.sync.diagnosis.probe;

import bifrost.sync.diagnosis.rules.Reachability.Seen;
import java.util.Map;

/** What nodes say to each other under the topic {@code doctor}. */
sealed interface DoctorMessage {
  /** The topic. */
  String TOPIC = "doctor";

  /** The sender's node id. */
  String from();

  /** A packet whose arrival is the result: sent by UDP only. */
  record Knock(String from) implements DoctorMessage {}

  /** Asks for the time. */
  record ClockQuestion(String from, long nonce) implements DoctorMessage {}

  /** Tells the time, in milliseconds since 1970. */
  record ClockAnswer(String from, long nonce, long millis) implements DoctorMessage {}

  /**
   * What the sender found.
   *
   * @param whole whether these are all results; else they only add to what was said before
   * @param seen member to what the sender says of it
   * @param services discovery method to the service name that the sender looks under
   */
  record Results(String from, boolean whole, Map<String, Seen> seen, Map<String, String> services)
      implements DoctorMessage {}
}
