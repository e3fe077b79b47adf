package bifrost.tck.provider;

import bifrost.api.provider.Cancellation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A cancellation that a test triggers. Safe for any thread. */
public final class TestCancellation implements Cancellation {
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Action> actions = new LinkedHashSet<>();
  private Optional<Reason> reason = Optional.empty();

  /** Cancels the call; only the first reason counts. */
  public void cancel(Reason why) {
    List<Action> due;
    lock.lock();
    try {
      if (reason.isPresent()) {
        return;
      }
      reason = Optional.of(why);
      due = List.copyOf(actions);
      actions.clear();
    } finally {
      lock.unlock();
    }
    due.forEach(action -> action.what().run());
  }

  /** How many actions wait for the cancellation now. */
  public int registered() {
    lock.lock();
    try {
      return actions.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Reason> reason() {
    lock.lock();
    try {
      return reason;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Registration onCancel(Runnable what) {
    Action action = new Action(what);
    lock.lock();
    try {
      if (reason.isEmpty()) {
        actions.add(action);
        return () -> remove(action);
      }
    } finally {
      lock.unlock();
    }
    what.run();
    return () -> {};
  }

  private void remove(Action action) {
    lock.lock();
    try {
      actions.remove(action);
    } finally {
      lock.unlock();
    }
  }

  /** One registration; each is a value of its own even when the actions are equal. */
  private static final class Action {
    private final Runnable what;

    Action(Runnable what) {
      this.what = what;
    }

    Runnable what() {
      return what;
    }
  }
}
