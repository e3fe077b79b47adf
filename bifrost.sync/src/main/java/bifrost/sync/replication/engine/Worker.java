package bifrost.sync.replication.engine;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Does what may take long, one piece after the other, off the owner. Called by the owner only. */
public interface Worker {
  /**
   * Runs a piece of work, then tells the owner.
   *
   * @param work what to do, not on the owner
   * @param then takes the result on the owner, in the order of the calls; not called when the work
   *     failed, which is logged
   */
  <T> void run(Supplier<T> work, Consumer<T> then);

  /** Whether anything is under way of which the owner has not been told. */
  boolean isBusy();
}
