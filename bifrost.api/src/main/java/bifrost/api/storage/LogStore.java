package bifrost.api.storage;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where request logs are read from, for people: lists, single requests, sums.
 *
 * <p>Implemented by storage bundles as a service, usually by the same component as {@link
 * JournalStore}, which writes them; called by the management API, never by a request. What a node
 * has not drained yet is not seen.
 *
 * <p><b>Threads.</b> Safe for any thread; calls block, each bounded by the store's own time-out for
 * such a question. <b>Errors.</b> {@link StoreException} when the endpoint cannot be read, has no
 * schema yet, or takes too long: such a question should be asked with a shorter range of time.
 */
@ConsumerType
public interface LogStore {
  /**
   * A page of the logs that match, the newest first.
   *
   * @param endpoint where to read
   * @param query which logs, from where on, and how many
   */
  LogPage logs(ConfigStore.Endpoint endpoint, LogQuery query);

  /**
   * The log of a request; the newest, should there be several.
   *
   * @param endpoint where to read
   * @param id the request's id
   */
  Optional<LogPage.Entry> log(ConfigStore.Endpoint endpoint, String id);

  /**
   * Sums over the logs that match, and over the requests that a node has kept as totals only (see
   * {@link bifrost.api.journal.UsageTotal}) where the filter asks for nothing that a total has not.
   *
   * @param endpoint where to read
   * @param filter which logs
   */
  LogStats stats(ConfigStore.Endpoint endpoint, LogFilter filter);
}
