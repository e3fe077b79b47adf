package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Change;
import java.util.List;

/** Keeps changes for good; when it returns, they survive a kill of the process. */
@FunctionalInterface
interface ChangeSink {
  /**
   * Keeps changes.
   *
   * @throws bifrost.api.model.BifrostException when they were not kept
   */
  void keep(List<Change> changes);
}
