package bifrost.admin.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

class ComponentDoctorTest {
  private final FakeRuntime runtime = new FakeRuntime();

  @Test
  void aMissingServiceIsFollowedToTheMissingConfiguration() {
    runtime.addWaiting("core.Ingress", "api.Ingress", "store", "api.Store");
    runtime.add("h2.Store", "api.Store", ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
    assertEquals(
        """
        core.Ingress (bundle test 1.0.0) waits for
          reference 'store': api.Store
            h2.Store (bundle test 1.0.0) waits for a configuration with the PID h2.Store""",
        doctor().explain("Ingress"));
  }

  @Test
  void aMissingServiceThatNobodyOffersIsSaidToBe() {
    runtime.addWaiting("core.Ingress", "api.Ingress", "store", "api.Store");
    assertTrue(
        doctor().explain("core.Ingress").endsWith("no component of an active bundle offers it"));
  }

  @Test
  void aFailureIsShownByItsLastCause() {
    ComponentConfigurationDTO failed =
        runtime.add("core.Ingress", "api.Ingress", ComponentConfigurationDTO.FAILED_ACTIVATION);
    failed.failure =
        "java.lang.Wrapped: outer\n\tat a.b\nCaused by: java.net.BindException: in use\n\tat c";
    assertTrue(doctor().explain("Ingress").endsWith("failed: java.net.BindException: in use"));
  }

  @Test
  void aCycleOfMissingServicesEnds() {
    runtime.addWaiting("a.A", "api.A", "b", "api.B");
    runtime.addWaiting("b.B", "api.B", "a", "api.A");
    assertTrue(doctor().explain("a.A").endsWith("a.A (bundle test 1.0.0): see above"));
  }

  @Test
  void theOverviewNamesWhatIsNotUpAndWhatIsOnlyNotConfigured() {
    runtime.add("a.Active", "api.A", ComponentConfigurationDTO.ACTIVE);
    runtime.add("b.Lazy", "api.B", ComponentConfigurationDTO.SATISFIED);
    runtime.add("c.Optional", "api.C", ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
    assertEquals("All 2 components are up.\nNot configured: c.Optional", doctor().explainAll());

    runtime.addWaiting("d.Waiting", "api.D", "x", "api.X");
    assertTrue(doctor().explainAll().startsWith("d.Waiting (bundle test 1.0.0) waits for"));
  }

  @Test
  void whatWaitsForAnUnconfiguredComponentIsNotConfiguredEither() {
    runtime.add("c.Optional", "api.C", ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
    runtime.addWaiting("d.User", "api.D", "c", "api.C");
    assertEquals(
        "All 0 components are up.\nNot configured: c.Optional, d.User", doctor().explainAll());
  }

  @Test
  void anUnknownNameIsAnsweredWithSimilarOnes() {
    runtime.add("core.Ingress", "api.Ingress", ComponentConfigurationDTO.ACTIVE);
    assertEquals(
        "No component is called 'gress'. Similar: core.Ingress", doctor().explain("gress"));
    assertTrue(doctor().explain("nothing").contains("may not be active"));
  }

  private ComponentDoctor doctor() {
    return new ComponentDoctor(runtime);
  }
}
