package bifrost.admin.rest.entity;

import bifrost.api.management.ManagementRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;

/**
 * A part of a list, in the order of ids: {@code limit} of them after {@code offset}, or after the
 * id {@code after}, which is as quick at the end of a long list as at its beginning.
 *
 * @param limit the most elements
 * @param offset how many to leave out
 * @param after the id that comes before; empty for the beginning
 */
public record Page(int limit, int offset, String after) {
  /** The names of its parameters. */
  public static final Set<String> PARAMETERS = Set.of("limit", "offset", "after");

  private static final int USUAL = 100;
  private static final int MOST = 1_000;
  private static final int FARTHEST = 100_000;

  /** The part that a request asks for. */
  public static Page of(ManagementRequest request) {
    return new Page(
        (int) Queries.number(request, "limit", 1, MOST, USUAL),
        (int) Queries.number(request, "offset", 0, FARTHEST, 0),
        request.query().getOrDefault("after", ""));
  }

  /**
   * A part, and what there is besides.
   *
   * @param elements the elements of the part
   * @param total how many elements there are in all
   * @param next the id after which the next part begins; empty when there is none
   * @param <T> the elements' type
   */
  public record Part<T>(List<T> elements, long total, String next) {
    /** Copies the list. */
    public Part {
      elements = List.copyOf(elements);
    }
  }

  /** Takes the part out of elements in any order. */
  public <T> Part<T> of(Iterable<T> elements, Function<T, String> id) {
    Comparator<T> order = Comparator.comparing(id);
    int wanted = offset + limit + 1;
    PriorityQueue<T> first = new PriorityQueue<>(order.reversed());
    long total = 0;
    for (T element : elements) {
      total++;
      if (after.isEmpty() || id.apply(element).compareTo(after) > 0) {
        if (first.size() < wanted) {
          first.add(element);
        } else if (order.compare(element, first.peek()) < 0) {
          first.poll();
          first.add(element);
        }
      }
    }
    List<T> sorted = new ArrayList<>(first);
    sorted.sort(order);
    List<T> part =
        sorted.subList(Math.min(offset, sorted.size()), Math.min(offset + limit, sorted.size()));
    boolean more = sorted.size() > offset + limit;
    return new Part<>(part, total, more ? id.apply(part.get(part.size() - 1)) : "");
  }

  /** Adds what a client needs to go on. */
  public <T> void describe(Part<T> part, Map<String, Object> answer) {
    answer.put("count", part.elements().size());
    answer.put("total_count", part.total());
    answer.put("limit", limit);
    answer.put("offset", offset);
    if (!part.next().isEmpty()) {
      answer.put("next", part.next());
    }
  }
}
