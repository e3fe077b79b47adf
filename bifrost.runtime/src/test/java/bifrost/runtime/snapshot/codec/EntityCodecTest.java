package bifrost.runtime.snapshot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.Samples;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityCodecTest {
  private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);

  private final EntityCodec codec = codec(KEY);

  @ParameterizedTest
  @EnumSource(EntityType.class)
  void everyEntityComesBackAsItWas(EntityType type) throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Entity entity = new Samples(seed).entity(type, id(type));
      String text = codec.encode(entity);
      assertEquals(entity, codec.decode(type, id(type), text), "seed " + seed + ": " + text);
    }
  }

  @ParameterizedTest
  @EnumSource(EntityType.class)
  void fieldsOfANewerReleaseArePassedOver(EntityType type) throws Exception {
    Entity entity = new Samples(3).entity(type, id(type));
    String text = codec.encode(entity);
    String newer = text.replaceFirst("\\{", "{\"added_later\":{\"a\":[1,null]},");
    assertEquals(entity, codec.decode(type, id(type), newer));
  }

  @ParameterizedTest
  @EnumSource(EntityType.class)
  void damagedTextIsRefusedByOneException(EntityType type) {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      StringBuilder text =
          new StringBuilder(codec.encode(new Samples(seed).entity(type, id(type))));
      for (int i = 0; i <= random.nextInt(3); i++) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(32, 127));
      }
      try {
        codec.decode(type, id(type), text.toString());
      } catch (BadRowException | InvalidConfigException e) {
        // as promised
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{\"v\":2,\"name\":\"a\"}", "{\"v\":0}", "{\"v\":1}", "null"})
  void textThatIsNoTeamIsRefusedByName(String text) {
    BadRowException e =
        assertThrows(BadRowException.class, () -> codec.decode(EntityType.TEAM, "t", text));
    assertTrue(e.getMessage().startsWith("team 't' cannot be read: "), e.getMessage());
  }

  @Test
  void literalSecretsAreEncrypted() {
    String text = codec.encode(Samples.providerKey("openai", "k1"));
    assertFalse(text.contains("value of k1"), text);
    assertFalse(
        text.equals(codec.encode(Samples.providerKey("openai", "k1"))), "each time differently");
  }

  @Test
  void referencesAreKeptAndResolvedOnEachNode() throws Exception {
    ProviderKey key = key(Secret.ofReference("env.SET", "here"));
    String text = codec.encode(key);
    assertTrue(text.contains("env.SET"), text);
    assertFalse(text.contains("here"), text);
    ProviderKey read = (ProviderKey) codec.decode(EntityType.PROVIDER_KEY, "k", text);
    assertEquals(Secret.ofReference("env.SET", "value of SET"), read.value());
  }

  @Test
  void aVariableThatIsNotSetLeavesAKeyWithoutValue() throws Exception {
    String text = codec.encode(key(Secret.ofReference("env.UNSET", "elsewhere")));
    ProviderKey read = (ProviderKey) codec.decode(EntityType.PROVIDER_KEY, "k", text);
    assertTrue(read.value().isEmpty());
    assertEquals("env.UNSET", read.value().reference().orElseThrow());
  }

  @Test
  void anotherKeyIsToldApart() {
    String text = codec.encode(key(Secret.of("secret")));
    InvalidConfigException e =
        assertThrows(
            InvalidConfigException.class,
            () -> codec("ff".repeat(32)).decode(EntityType.PROVIDER_KEY, "k", text));
    assertEquals("encryption_key", e.path());
    assertTrue(e.getMessage().contains("another key"), e.getMessage());
  }

  @Test
  void aSecretCannotBeMovedToAnotherRow() {
    String text = codec.encode(key(Secret.of("secret")));
    assertThrows(
        InvalidConfigException.class, () -> codec.decode(EntityType.PROVIDER_KEY, "other", text));
  }

  @Test
  void nodesWithTheSamePassphraseReadEachOther() throws Exception {
    EntityCodec one = passphrase("a long passphrase");
    EntityCodec other = passphrase("a long passphrase");
    ProviderKey key = key(Secret.of("secret"));
    assertEquals(key, other.decode(EntityType.PROVIDER_KEY, "k", one.encode(key)));
    assertEquals(
        key,
        one.decode(EntityType.PROVIDER_KEY, "k", other.encode(key)),
        "the other node seals with the salt that it has seen");
  }

  @Test
  void aTombstoneHasNoContent() throws Exception {
    Change end = Change.remove(EntityType.TEAM, "t", new Version(1, "n"));
    assertTrue(codec.row(end).content().isEmpty());
    assertEquals(end, codec.change(codec.row(end)));
  }

  @Test
  void limitsThatSayNothingAreShared() throws Exception {
    Team team = (Team) codec.decode(EntityType.TEAM, "t", "{\"v\":1,\"name\":\"x\"}");
    assertInstanceOf(Team.class, team);
    assertTrue(team.limits() == bifrost.api.snapshot.Limits.NONE);
  }

  private static ProviderKey key(Secret value) {
    return new ProviderKey(
        "k", "p", "n", value, bifrost.api.snapshot.ModelFilter.ALL, 1, Map.of(), Map.of());
  }

  private static String id(EntityType type) {
    return switch (type) {
      case CLIENT -> "client";
      case AUTH -> "admin";
      default -> "id-1";
    };
  }

  private static EntityCodec codec(String key) {
    return codec(new KeyMaterial.Generated(Secret.of(key), "key file"));
  }

  private static EntityCodec passphrase(String text) {
    return codec(new KeyMaterial.Passphrase(Secret.of(text)));
  }

  private static EntityCodec codec(KeyMaterial material) {
    return new EntityCodec(
        new SecretBox(material), new Environment(Map.of("SET", "value of SET")::get));
  }
}
