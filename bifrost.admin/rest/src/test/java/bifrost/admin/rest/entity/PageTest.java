package bifrost.admin.rest.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageTest {
  @Test
  void pagesOneAfterTheOtherGiveEveryElementOnceInOrder() {
    Random random = new Random(7);
    for (int size : new int[] {0, 1, 9, 10, 11, 95}) {
      List<String> all =
          new ArrayList<>(IntStream.range(0, size).mapToObj("id-%03d"::formatted).toList());
      Collections.shuffle(all, random);
      List<String> sorted = all.stream().sorted().toList();
      List<String> byOffset = new ArrayList<>();
      for (int offset = 0; offset <= size; offset += 10) {
        byOffset.addAll(new Page(10, offset, "").of(all, id -> id).elements());
      }
      assertEquals(sorted, byOffset);
      List<String> byCursor = new ArrayList<>();
      Page.Part<String> part = new Page(10, 0, "").of(all, id -> id);
      byCursor.addAll(part.elements());
      while (!part.next().isEmpty()) {
        part = new Page(10, 0, part.next()).of(all, id -> id);
        byCursor.addAll(part.elements());
        assertEquals(size, part.total());
      }
      assertEquals(sorted, byCursor);
    }
  }
}
