package bifrost.admin.install;

import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseSink;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The content of the plugin jars of these tests; what it does is told by its manifest. */
public class TestPlugin implements BundleActivator {
  static final String PROVIDERS = "Test-Providers";
  static final String FAILS = "Test-Fails";

  @Override
  public void start(BundleContext context) {
    String fails = context.getBundle().getHeaders("").get(FAILS);
    if (fails != null) {
      throw new IllegalStateException(fails);
    }
    int providers = Integer.parseInt(context.getBundle().getHeaders("").get(PROVIDERS));
    for (int i = 0; i < providers; i++) {
      context.registerService(Provider.class, new Silent(), null);
    }
  }

  @Override
  public void stop(BundleContext context) {}

  /** A provider that answers nothing. */
  public static class Silent implements Provider {
    @Override
    public ProviderDescriptor descriptor() {
      return ProviderDescriptor.named("silent");
    }

    @Override
    public Outcome call(ProviderCall call, ResponseSink sink) {
      return Outcome.COMPLETED;
    }
  }
}
