package bifrost.admin.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;
import org.osgi.util.promise.Promise;

/** Components as data. */
final class FakeRuntime implements ServiceComponentRuntime {
  private final Map<ComponentDescriptionDTO, List<ComponentConfigurationDTO>> components =
      new LinkedHashMap<>();

  /**
   * A component in a state; with {@link ComponentConfigurationDTO#UNSATISFIED_CONFIGURATION}, one
   * without a configuration.
   */
  ComponentConfigurationDTO add(String name, String service, int state) {
    ComponentDescriptionDTO description = new ComponentDescriptionDTO();
    description.name = name;
    description.implementationClass = name;
    description.serviceInterfaces = new String[] {service};
    description.configurationPid = new String[] {name};
    description.references = new ReferenceDTO[0];
    description.bundle = new BundleDTO();
    description.bundle.symbolicName = "test";
    description.bundle.version = "1.0.0";
    ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
    configuration.description = description;
    configuration.state = state;
    configuration.unsatisfiedReferences = new UnsatisfiedReferenceDTO[0];
    boolean none = state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION;
    components.put(description, none ? new ArrayList<>() : new ArrayList<>(List.of(configuration)));
    return configuration;
  }

  /** A component that lacks a service. */
  void addWaiting(String name, String service, String reference, String wanted) {
    ComponentConfigurationDTO configuration =
        add(name, service, ComponentConfigurationDTO.UNSATISFIED_REFERENCE);
    ReferenceDTO declared = new ReferenceDTO();
    declared.name = reference;
    declared.interfaceName = wanted;
    configuration.description.references = new ReferenceDTO[] {declared};
    UnsatisfiedReferenceDTO missing = new UnsatisfiedReferenceDTO();
    missing.name = reference;
    missing.targetServices = new ServiceReferenceDTO[0];
    configuration.unsatisfiedReferences = new UnsatisfiedReferenceDTO[] {missing};
  }

  @Override
  public Collection<ComponentDescriptionDTO> getComponentDescriptionDTOs(Bundle... bundles) {
    return components.keySet();
  }

  @Override
  public ComponentDescriptionDTO getComponentDescriptionDTO(Bundle bundle, String name) {
    throw new UnsupportedOperationException("not used by these tests");
  }

  @Override
  public Collection<ComponentConfigurationDTO> getComponentConfigurationDTOs(
      ComponentDescriptionDTO description) {
    return components.get(description);
  }

  @Override
  public boolean isComponentEnabled(ComponentDescriptionDTO description) {
    return true;
  }

  @Override
  public Promise<Void> enableComponent(ComponentDescriptionDTO description) {
    throw new UnsupportedOperationException("not used by these tests");
  }

  @Override
  public Promise<Void> disableComponent(ComponentDescriptionDTO description) {
    throw new UnsupportedOperationException("not used by these tests");
  }
}
