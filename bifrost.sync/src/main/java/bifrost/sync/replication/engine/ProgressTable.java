package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How far each member has got with what each origin wrote, as the members say. Its cells have an
 * order of change, so that each link needs only a position in it. The owner's.
 */
final class ProgressTable {
  private static final int MOST = 1 << 18;

  private final Map<String, Map<String, Cell>> members = new HashMap<>();
  private final TreeMap<Long, Cell> order = new TreeMap<>();
  private long head;

  private static final class Cell {
    private MemberMark mark;
    private long position;

    private Cell(MemberMark mark) {
      this.mark = mark;
    }
  }

  /**
   * Takes over what a member says.
   *
   * @return whether it was news
   */
  boolean put(MemberMark news) {
    Map<String, Cell> row = members.computeIfAbsent(news.member(), member -> new HashMap<>());
    Cell cell = row.get(news.mark().node());
    if (cell == null) {
      if (order.size() >= MOST) {
        return false;
      }
      cell = new Cell(news);
      row.put(news.mark().node(), cell);
    } else {
      MemberMark joined = join(cell.mark, news);
      if (joined.equals(cell.mark)) {
        return false;
      }
      cell.mark = joined;
      order.remove(cell.position);
    }
    cell.position = ++head;
    order.put(head, cell);
    return true;
  }

  private static MemberMark join(MemberMark known, MemberMark news) {
    if (known.epoch() != news.epoch()) {
      return known.epoch() > news.epoch() ? known : news;
    }
    return new MemberMark(
        known.member(),
        known.epoch(),
        known.mark().join(news.mark()),
        Math.max(known.canary(), news.canary()));
  }

  /** What a member says of an origin; {@code null} for nothing. */
  MemberMark of(String member, String origin) {
    Map<String, Cell> row = members.get(member);
    Cell cell = row == null ? null : row.get(origin);
    return cell == null ? null : cell.mark;
  }

  /** How far a member has got with an origin's life; {@code null} when it has said nothing. */
  Mark mark(String member, String origin) {
    MemberMark mark = of(member, origin);
    return mark == null ? null : mark.mark();
  }

  long head() {
    return head;
  }

  /**
   * The cells that have changed after a position.
   *
   * @param wanted which members' cells
   */
  Page since(long position, int limit, Predicate<String> wanted) {
    List<MemberMark> marks = new ArrayList<>();
    long last = position;
    for (var entry : order.tailMap(position, false).entrySet()) {
      if (marks.size() == limit) {
        return new Page(marks, last);
      }
      if (wanted.test(entry.getValue().mark.member())) {
        marks.add(entry.getValue().mark);
      }
      last = entry.getKey();
    }
    return new Page(marks, head);
  }

  /** Forgets members and origins that the cluster has forgotten. */
  void retain(Collection<String> nodes) {
    members
        .entrySet()
        .removeIf(
            row -> {
              row.getValue()
                  .entrySet()
                  .removeIf(
                      cell -> {
                        boolean gone =
                            !nodes.contains(row.getKey()) || !nodes.contains(cell.getKey());
                        if (gone) {
                          order.remove(cell.getValue().position);
                        }
                        return gone;
                      });
              return row.getValue().isEmpty();
            });
  }

  /** Some cells, and where to go on. */
  record Page(List<MemberMark> marks, long position) {}
}
