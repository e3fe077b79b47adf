package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.ClientSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AllowAllGovernorTest {
  private final AllowAllGovernor governor = new AllowAllGovernor();
  private final TestSnapshot snapshot = new TestSnapshot();

  private Admission admit(Optional<Secret> credential) {
    return governor.admit(
        new AdmissionRequest(
            "id",
            Operation.CHAT_COMPLETION,
            credential,
            Optional.empty(),
            "m",
            1,
            OptionalLong.empty(),
            1,
            List.of()),
        snapshot);
  }

  @Test
  void withoutAGovernorAnonymousRequestsAreAdmittedUnlessKeysAreEnforced() {
    assertInstanceOf(Admission.Granted.class, admit(Optional.empty()));
    ClientSettings d = ClientSettings.DEFAULT;
    snapshot.client(
        new ClientSettings(
            true,
            d.maxBodyBytes(),
            d.requestTimeout(),
            d.maxConcurrentRequests(),
            d.enableLogging(),
            d.disableContentLogging(),
            d.logRetentionDays(),
            d.requiredHeaders(),
            d.allowedOrigins()));
    Admission.Refused refused = assertInstanceOf(Admission.Refused.class, admit(Optional.empty()));
    assertEquals(503, refused.refusal().status());
  }

  @Test
  void aVirtualKeyThatNobodyCanCheckIsRefused() {
    assertInstanceOf(Admission.Refused.class, admit(Optional.of(Secret.of("sk-bf-x"))));
  }
}
