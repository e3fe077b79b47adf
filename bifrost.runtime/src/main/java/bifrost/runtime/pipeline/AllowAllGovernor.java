package bifrost.runtime.pipeline;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Charged;
import bifrost.api.governance.Entitlement;
import bifrost.api.governance.Governor;
import bifrost.api.governance.Hold;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Snapshot;
import java.time.Duration;

/**
 * Admits everybody, as long as no governor is installed; but nobody who presents a virtual key, and
 * nobody where they are enforced: a missing governor must not open the gateway.
 */
final class AllowAllGovernor implements Governor {
  private static final Hold HOLD =
      new Hold() {
        @Override
        public long charge(Usage usage, boolean complete) {
          return 0;
        }

        @Override
        public void release() {
          // nothing is held
        }
      };
  private static final Admission GRANTED = new Admission.Granted(new Unlimited());

  @Override
  public Admission admit(AdmissionRequest request, Snapshot snapshot) {
    if (!snapshot.client().enforceAuth() && request.credential().isEmpty()) {
      return GRANTED;
    }
    return new Admission.Refused(
        Refusal.of(
                503,
                "overloaded",
                "a virtual key is presented or enforced (client.enforce_auth_on_inference), but no"
                    + " governor runs; start the bundle bifrost.governance")
            .retryAfter(Duration.ofSeconds(1)));
  }

  private static final class Unlimited implements Reservation {
    @Override
    public Entitlement entitlement() {
      return Entitlement.ALL;
    }

    @Override
    public Charged charged() {
      return Charged.NOBODY;
    }

    @Override
    public AttemptAdmission attempt(Attempt attempt) {
      return new AttemptAdmission.Held(HOLD);
    }

    @Override
    public void settle(Settlement settlement) {
      // nothing is held
    }
  }
}
