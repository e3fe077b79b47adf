package bifrost.sync.membership;

import bifrost.api.cluster.Member;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Who leads: the present member with the smallest id.
 *
 * @param cluster of all
 * @param regions of each region
 */
public record Leaders(String cluster, Map<String, String> regions) {
  /** Of the members that are known. */
  public static Leaders of(String localId, Collection<Member> members) {
    String cluster = localId;
    Map<String, String> regions = new HashMap<>();
    for (Member member : members) {
      if (member.state().isPresent()) {
        cluster = smaller(cluster, member.id());
        regions.merge(member.region(), member.id(), Leaders::smaller);
      }
    }
    return new Leaders(cluster, regions);
  }

  private static String smaller(String a, String b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
