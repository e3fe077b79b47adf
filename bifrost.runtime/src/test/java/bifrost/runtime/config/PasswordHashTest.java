package bifrost.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final Secret PASSWORD = Secret.of("correct horse");

  @Test
  void aPasswordMatchesItsHashAndNoOther() {
    String hash = PasswordHash.of(PASSWORD);
    assertTrue(hash.startsWith("scrypt$32768,8,1$"), hash);
    assertFalse(hash.contains("horse"));
    assertTrue(PasswordHash.matches(PASSWORD, hash));
    assertFalse(PasswordHash.matches(Secret.of("wrong horse"), hash));
    assertNotEquals(hash, PasswordHash.of(PASSWORD));
  }

  @Test
  void theHashIsTheOneOfTheStandard() {
    assertTrue(
        PasswordHash.matches(
            Secret.of("pleaseletmein"),
            "scrypt$16384,8,1$536f6469756d43686c6f72696465$"
                + "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"));
  }

  @Test
  void whatAnEarlierVersionStoredStillMatches() {
    assertTrue(
        PasswordHash.matches(
            Secret.of("password"),
            "pbkdf2-sha512$1$73616c74$"
                + "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "scrypt$1,1$00$00",
        "scrypt$3,8,1$00$00",
        "scrypt$1073741824,8,1$00$00",
        "scrypt$262144,32,1$00$00",
        "scrypt$16384,8,99$00$00",
        "scrypt$16384,8,1$zz$00",
        "pbkdf2-sha512$999999999999$00$00",
        "pbkdf2-sha512$0$00$00",
        "bcrypt$1$00$00"
      })
  void anotherTextMatchesNothing(String hash) {
    assertEquals(false, PasswordHash.matches(PASSWORD, hash));
  }
}
