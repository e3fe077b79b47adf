package bifrost.discovery.dns;

import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/** Asks a question of DNS. Safe for any thread. */
@FunctionalInterface
interface Asking {
  /**
   * The answer: records, none of that type, or no such name.
   *
   * @param name an absolute name
   * @param type of which records
   * @param deadline when to give up, by {@link System#nanoTime}
   */
  Message ask(Name name, int type, long deadline) throws NoAnswerException, InterruptedException;
}
