package bifrost.governance.price;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.governance.TestSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceBookTest {
  @Test
  void theNarrowestOverrideWinsOverTheCatalogue() {
    Snapshot snapshot =
        new TestSnapshot(
            1,
            true,
            List.of(
                override("all", null, "gpt-4o", null, 1),
                override("provider", "azure", "gpt-4o", null, 2),
                override("key", null, "gpt-4o", "vk-1", 3),
                override("both", "azure", "gpt-4o", "vk-1", 4)));
    PriceBook book = PriceBook.builtIn().with(snapshot);
    assertEquals(1, input(book, snapshot, "openai", "gpt-4o", "vk-2"));
    assertEquals(2, input(book, snapshot, "azure", "gpt-4o", "vk-2"));
    assertEquals(3, input(book, snapshot, "openai", "gpt-4o", "vk-1"));
    assertEquals(4, input(book, snapshot, "azure", "gpt-4o", "vk-1"));
    assertEquals(150_000_000, input(book, snapshot, "openai", "gpt-4o-mini", "vk-1"));
  }

  @Test
  void namesAreThoseOfTheCatalogueAndOfOverridesForEveryone() {
    Snapshot snapshot =
        new TestSnapshot(
            1,
            true,
            List.of(
                override("all", null, "house", null, 1),
                override("key", null, "secret", "vk-1", 3),
                override("other", "azure", "theirs", null, 2)));
    Set<String> names = PriceBook.builtIn().with(snapshot).names(snapshot, "openai");
    assertTrue(names.containsAll(Set.of("gpt-4o", "gpt-4o-mini", "house")), names::toString);
    assertFalse(names.contains("secret") || names.contains("theirs") || names.contains("*"));
  }

  @Test
  void theWireNameIsAskedFirstThenTheNameThatTheCallerWrote() {
    Snapshot snapshot =
        new TestSnapshot(1, true, List.of(override("alias", null, "fast", null, 7)));
    PriceBook book = PriceBook.builtIn().with(snapshot);
    assertEquals(
        2_500_000_000L,
        book.price(snapshot, "openai", "smart", "gpt-4o", "").orElseThrow().base().input());
    assertEquals(
        7, book.price(snapshot, "openai", "fast", "gpt-4o", "").orElseThrow().base().input());
    assertTrue(book.price(snapshot, "openai", "smart", "unknown", "").isEmpty());
  }

  @Test
  void aCustomProviderHasThePricesOfItsBase() {
    ProviderConfig usual = ProviderConfig.named("ours");
    ProviderConfig custom =
        new ProviderConfig(
            "ours",
            Optional.of("openai"),
            usual.network(),
            0,
            usual.backoffInitial(),
            usual.backoffMax(),
            1,
            1,
            usual.limits());
    Snapshot snapshot = new TestSnapshot(1, true, List.of(custom));
    PriceBook book = PriceBook.builtIn();
    assertEquals(2_500_000_000L, input(book, snapshot, "ours", "gpt-4o", ""));
    assertTrue(book.lists(snapshot, "ours", "gpt-4o"));
    assertFalse(book.lists(snapshot, "anthropic", "gpt-4o"));
  }

  @Test
  void anOverrideThatCannotBeUsedIsSkipped() {
    PriceOverride broken =
        new PriceOverride("x", Optional.empty(), "gpt-4o", Optional.empty(), Map.of("euros", 1L));
    Snapshot snapshot = new TestSnapshot(1, true, List.of(broken));
    assertEquals(
        2_500_000_000L,
        input(PriceBook.builtIn().with(snapshot), snapshot, "openai", "gpt-4o", ""));
  }

  @Test
  void aCatalogueInAFileReplacesTheOneThatIsShippedAsLongAsItCanBeRead(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("prices.json");
    Snapshot snapshot = new TestSnapshot(1, true, List.of());
    PriceSource source = new PriceSource(file.toString());
    PriceBook book = source.refresh(PriceBook.builtIn());
    assertEquals(2_500_000_000L, input(book, snapshot, "openai", "gpt-4o", ""), "no file yet");
    Files.writeString(
        file,
        """
        {"version": "a", "providers": {"openai": {"models": {"gpt-4o": {"input_tokens": 9}}}}}""");
    book = source.refresh(book);
    assertEquals(9_000_000_000L, input(book, snapshot, "openai", "gpt-4o", ""));
    assertEquals("a", book.version());
    Files.writeString(file, "{\"providers\": 7}");
    book = source.refresh(book);
    assertEquals(9_000_000_000L, input(book, snapshot, "openai", "gpt-4o", ""), "broken");
    assertFalse(new PriceSource("").changes());
  }

  private static long input(
      PriceBook book, Snapshot snapshot, String provider, String model, String key) {
    return book.price(snapshot, provider, model, model, key).orElseThrow().base().input();
  }

  private static PriceOverride override(
      String id, String provider, String model, String key, long price) {
    return new PriceOverride(
        id,
        Optional.ofNullable(provider),
        model,
        Optional.ofNullable(key),
        Map.of("input_tokens", price));
  }
}
