package bifrost.runtime.pipeline;

import bifrost.api.filter.RequestFilter;
import bifrost.api.governance.Governor;
import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.runtime.lease.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services around a call, collected as they come and go: filters, governor, journal. */
@Component(service = Plugins.class)
public final class Plugins {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(5);

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ServiceReference<RequestFilter>, RequestFilter> filtersByRank =
      new TreeMap<>(Collections.reverseOrder());
  private final Map<ServiceReference<Governor>, Lease<Governor>> governorsByRank =
      new TreeMap<>(Collections.reverseOrder());
  private final Lease<Governor> allowAll = new Lease<>(new AllowAllGovernor(), -1);
  private volatile List<RequestFilter> filters = List.of();
  private volatile Lease<Governor> governor = allowAll;
  private volatile Journal journal;

  /** The filters, in the order of the request. */
  List<RequestFilter> filters() {
    return filters;
  }

  /** The governor of now; the one that admits everybody when none is bound. */
  Lease<Governor> governor() {
    return governor;
  }

  /** Whether what a request costs could not be put down. */
  boolean refusesMetered() {
    Journal now = journal;
    return now != null && now.state().refusesMetered();
  }

  /** Puts a record down, when a journal is bound. */
  void append(JournalRecord journalRecord) {
    Journal now = journal;
    if (now != null) {
      now.append(journalRecord);
    }
  }

  /** Takes a filter in. */
  @Reference(
      name = "filters",
      service = RequestFilter.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindFilter")
  public void bindFilter(ServiceReference<RequestFilter> reference, RequestFilter filter) {
    lock.lock();
    try {
      filtersByRank.put(reference, filter);
      filters = List.copyOf(filtersByRank.values());
    } finally {
      lock.unlock();
    }
  }

  /** Takes a filter out. */
  public void unbindFilter(ServiceReference<RequestFilter> reference) {
    lock.lock();
    try {
      filtersByRank.remove(reference);
      filters = List.copyOf(filtersByRank.values());
    } finally {
      lock.unlock();
    }
  }

  /** Takes a governor in. */
  @Reference(
      name = "governors",
      service = Governor.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindGovernor")
  public void bindGovernor(ServiceReference<Governor> reference, Governor service) {
    lock.lock();
    try {
      governorsByRank.put(
          reference, new Lease<>(service, (Long) reference.getProperty(Constants.SERVICE_ID)));
      chooseGovernor();
    } finally {
      lock.unlock();
    }
    LOG.info("governor bound from {}", reference.getBundle());
  }

  /** Takes a governor out, and waits for the reservations that it gave. */
  public void unbindGovernor(ServiceReference<Governor> reference) {
    Lease<Governor> gone;
    lock.lock();
    try {
      gone = governorsByRank.remove(reference);
      chooseGovernor();
    } finally {
      lock.unlock();
    }
    long cut = gone == null ? 0 : gone.drain(DRAIN_LIMIT, DRAIN_GRACE);
    if (cut > 0) {
      LOG.warn("governor unbound, {} requests were cut", cut);
    } else {
      LOG.info("governor unbound");
    }
  }

  /** Takes the journal in. */
  @Reference(
      name = "journal",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindJournal")
  public void bindJournal(Journal service) {
    journal = service;
  }

  /** Takes the journal out. */
  public void unbindJournal(Journal service) {
    if (journal == service) {
      journal = null;
    }
  }

  private void chooseGovernor() {
    List<Lease<Governor>> ranked = new ArrayList<>(governorsByRank.values());
    governor = ranked.isEmpty() ? allowAll : ranked.getFirst();
  }
}
