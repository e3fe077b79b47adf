package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.runtime.config.json.Fields;
import java.util.List;
import java.util.Map;

/**
 * Objects such as {@code azure_key_config}: each field becomes a setting of the key, as {@code
 * azure_endpoint}, and deployments become aliases.
 */
final class VendorKeySettings {
  private static final Map<String, List<String>> FIELDS =
      Map.of(
          "azure",
          List.of("endpoint", "api_version", "client_id", "client_secret", "tenant_id"),
          "bedrock",
          List.of(
              "region",
              "access_key",
              "secret_key",
              "session_token",
              "role_arn",
              "external_id",
              "session_name",
              "arn"),
          "vertex",
          List.of("project_id", "project_number", "region", "auth_credentials"),
          "ollama",
          List.of("url"),
          "vllm",
          List.of("url", "model_name"),
          "sgl",
          List.of("url"));

  private VendorKeySettings() {}

  static void read(Fields key, Map<String, Secret> settings, Map<String, String> aliases) {
    FIELDS.forEach(
        (vendor, names) ->
            key.object(vendor + "_key_config")
                .ifPresent(
                    fields -> {
                      for (String name : names) {
                        fields
                            .secret(name)
                            .ifPresent(value -> settings.put(vendor + "_" + name, value));
                      }
                      aliases.putAll(fields.textMap("deployments"));
                      fields.end();
                    }));
  }
}
