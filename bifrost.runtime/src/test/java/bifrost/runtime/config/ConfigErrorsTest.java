package bifrost.runtime.config;

import static bifrost.runtime.config.ConfigDocuments.EXAMPLE;
import static bifrost.runtime.config.ConfigDocuments.refusal;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigErrorsTest {
  @ParameterizedTest(name = "{index} {1}")
  @MethodSource("mistakes")
  void aMistakeIsRefusedByItsPath(String json, String path, String reason) {
    String message = refusal(json.replace('\'', '"'));
    assertTrue(message.contains(path), message);
    assertTrue(message.contains(reason), message);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        of("{'provders': {}}", "provders: unknown field", "did you mean 'providers'?"),
        of(
            "{'providers': {'openai': {'keys': [{'name': 'a', 'weigth': 1}]}}}",
            "providers.openai.keys[0].weigth: unknown field",
            "did you mean 'weight'?"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a', 'value': 'sk-bf-12345', 'budget': {}}]}}",
            "governance.virtual_keys[0].budget: unknown field",
            "did you mean 'budgets'?"),
        of("{'zzzzzzzzzz': 1}", "zzzzzzzzzz", "unknown field (in config.json)"),
        of("{'we ird\\n': 1}", "[\"we ird?\"]: unknown field", ""),
        of(
            "{'client': {'max_request_body_size_mb': 'ten'}}",
            "client.max_request_body_size_mb",
            "must be a whole number, it is a string"),
        of(
            "{'client': {'max_request_body_size_mb': '10'}}",
            "client.max_request_body_size_mb",
            "must be a whole number, it is a string"),
        of(
            "{'client': {'max_request_body_size_mb': 1.5}}",
            "client.max_request_body_size_mb",
            "is 1.5, use a whole number from 1 to 1024"),
        of(
            "{'client': {'max_request_body_size_mb': 99999999999999999999999}}",
            "client.max_request_body_size_mb",
            "use a whole number from 1 to 1024"),
        of(
            "{'client': {'max_request_body_size_mb': 1e9}}",
            "client.max_request_body_size_mb",
            "use a whole number"),
        of(
            "{'client': {'enforce_auth_on_inference': 'yes'}}",
            "client.enforce_auth_on_inference",
            "must be true or false, it is a string"),
        of(
            "{'client': {'enforce_auth_on_inference': 1}}",
            "client.enforce_auth_on_inference",
            "must be true or false, it is the number 1"),
        of("{'client': []}", "client", "must be an object, it is a list"),
        of("{'client': {'required_headers': 'x'}}", "client.required_headers", "must be a list"),
        of(
            "{'client': {'required_headers': [1]}}",
            "client.required_headers[0]",
            "must be a string, it is the number 1"),
        of("{'client': {'allow_direct_keys': true}}", "client.allow_direct_keys", "is not offered"),
        of("{'client': {}, 'client': {}}", "client", "stands twice"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'name': 'k'}]}}}",
            "providers.a.keys[0].name",
            "stands twice"),
        of("{'providers': {'Open AI': {}}}", "providers[\"Open AI\"]", "must be 1 to 64 of a-z"),
        of("{'providers': {'a': {'keys': [{}]}}}", "providers.a.keys[0].name", "is missing"),
        of(
            "{'providers': {'a': {'keys': [{'name': ' '}]}}}",
            "providers.a.keys[0].name",
            "is empty"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k'}, {'name': 'k'}]}}}",
            "providers.a.keys[1].name",
            "is the name of another key"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'id': 'x y'}]}}}",
            "providers.a.keys[0].id",
            "letters, digits"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'id': 'x'}]}, 'b': {'keys': [{'name': 'k', 'id': 'x'}]}}}",
            "providers.b.keys[0].id",
            "'x' is the id of providers.a.keys[0] already"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'weight': -1}]}}}",
            "providers.a.keys[0].weight",
            "is -1, use a number from 0"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'weight': 1e400}]}}}",
            "providers.a.keys[0].weight",
            "use a number from 0"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'models': ['*', 'b']}]}}}",
            "providers.a.keys[0]",
            "must stand alone"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'models': ['regex:(']}]}}}",
            "providers.a.keys[0]",
            "does not compile"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'value': 'env.NOT_SET'}]}}}",
            "providers.a.keys[0].value",
            "environment variable NOT_SET is not set"),
        of(
            "{'providers': {'a': {'keys': [{'name': 'k', 'azure_key_config': {'endpont': 'x'}}]}}}",
            "providers.a.keys[0].azure_key_config.endpont",
            "did you mean 'endpoint'?"),
        of(
            "{'providers': {'a': {'network_config': {'base_url': 'api.openai.com'}}}}",
            "providers.a.network_config.base_url",
            "is no URL"),
        of(
            "{'providers': {'a': {'network_config': {'base_url': 'ftp://x'}}}}",
            "providers.a.network_config.base_url",
            "is no URL"),
        of(
            "{'providers': {'a': {'network_config': {'max_retries': 11}}}}",
            "providers.a.network_config.max_retries",
            "is 11, use a whole number from 0 to 10"),
        of(
            "{'providers': {'a': {'network_config': {'default_request_timeout_in_seconds': 0}}}}",
            "providers.a.network_config.default_request_timeout_in_seconds",
            "is 0"),
        of(
            "{'providers': {'a': {'network_config': {'extra_headers': {'Host': 'x'}}}}}",
            "providers.a.network_config.extra_headers",
            "'Host' is set by the gateway itself"),
        of(
            "{'providers': {'a': {'network_config': {'extra_headers': {'X': 'a\\r\\nb'}}}}}",
            "providers.a.network_config.extra_headers",
            "control character"),
        of(
            "{'providers': {'a': {'network_config': {'ca_cert_pem': 'x'}}}}",
            "providers.a.network_config.ca_cert_pem",
            "no PEM certificate"),
        of(
            "{'providers': {'a': {'concurrency_and_buffer_size': {'concurrency': 0}}}}",
            "providers.a.concurrency_and_buffer_size.concurrency",
            "is 0"),
        of(
            "{'providers': {'a': {'custom_provider_config': {}}}}",
            "providers.a.custom_provider_config.base_provider_type",
            "is missing"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a'}]}}",
            "governance.virtual_keys[0].value",
            "is missing"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a', 'value': 'short'}]}}",
            "governance.virtual_keys[0].value",
            "too short"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a', 'value': 'sk-bf-1234'}, {'name': 'a', 'id': 'b', 'value': 'sk-bf-5678'}]}}",
            "governance.virtual_keys[1].name",
            "is the name of virtual key 'a' already"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a', 'value': 'sk-bf-1234'}, {'name': 'b', 'value': 'sk-bf-1234'}]}}",
            "governance.virtual_keys[1].value",
            "is the secret of virtual key 'a' already"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a', 'value': 'sk-bf-1234', 'team_id': 't'}]}}",
            "governance.virtual_keys[0].team_id",
            "there is no team 't' in this file"),
        of(
            "{'governance': {'teams': [{'id': 't', 'name': 't'}], 'customers': [{'id': 'c', 'name': 'c'}],"
                + " 'virtual_keys': [{'name': 'a', 'value': 'sk-bf-1234', 'team_id': 't', 'customer_id': 'c'}]}}",
            "governance.virtual_keys[0]",
            "belongs to at most one of them"),
        of(
            "{'governance': {'virtual_keys': [{'name': 'a', 'value': 'sk-bf-1234', 'expires_at': 'soon'}]}}",
            "governance.virtual_keys[0].expires_at",
            "is no time"),
        of(
            "{'providers': {'p': {'keys': [{'name': 'k1'}]}}, 'governance': {'virtual_keys': [{'name': 'a', 'value': 'sk-bf-1234',"
                + " 'provider_configs': [{'provider': 'p', 'key_ids': ['k2']}]}]}}",
            "governance.virtual_keys[0].provider_configs[0].key_ids",
            "has no key 'k2', did you mean 'k1'?"),
        of(
            "{'governance': {'teams': [{'name': 't', 'budgets': [{'max_limit': 1, 'reset_duration': '1x'}]}]}}",
            "governance.teams[0].budgets[0].reset_duration",
            "window '1x'"),
        of(
            "{'governance': {'teams': [{'name': 't', 'budgets': [{'max_limit': 1}]}]}}",
            "governance.teams[0].budgets[0].reset_duration",
            "is missing"),
        of(
            "{'governance': {'teams': [{'name': 't', 'budgets': [{'reset_duration': '1d'}]}]}}",
            "governance.teams[0].budgets[0].max_limit",
            "is missing"),
        of(
            "{'governance': {'teams': [{'name': 't', 'budgets': [{'max_limit': 1, 'reset_duration': '1d'}, {'max_limit': 2, 'reset_duration': '1d'}]}]}}",
            "governance.teams[0].budgets[1].reset_duration",
            "another budget of 1d"),
        of(
            "{'governance': {'teams': [{'name': 't', 'budgets': [{'max_limit': 1, 'reset_duration': '1d', 'override_amount': 1}]}]}}",
            "governance.teams[0].budgets[0].override_cycles_total",
            "is missing"),
        of(
            "{'framework': {'pricing': {'pricing_sync_interval': 1}}}",
            "framework.pricing.pricing_sync_interval",
            "60"),
        of(
            "{'governance': {'teams': [{'name': 't', 'rate_limit': {}}]}}",
            "governance.teams[0].rate_limit",
            "limits nothing"),
        of(
            "{'governance': {'teams': [{'name': 't', 'rate_limit_id': 'r'}]}}",
            "governance.teams[0].rate_limit_id",
            "there is no rate limit 'r'"),
        of(
            "{'governance': {'rate_limits': [{'id': 'r', 'request_max_limit': 1, 'request_reset_duration': '1m'}]}}",
            "governance.rate_limits[0].id",
            "no owner names rate limit 'r'"),
        of(
            "{'governance': {'budgets': [{'id': 'b', 'max_limit': 1, 'reset_duration': '1d'}]}}",
            "governance.budgets[0]",
            "must name exactly one owner"),
        of(
            "{'governance': {'budgets': [{'id': 'b', 'max_limit': 1, 'reset_duration': '1d', 'team_id': 'x'}]}}",
            "governance.budgets[0]",
            "its owner 'team_id=x' is not in this file"),
        of(
            "{'governance': {'auth_config': {'admin_username': 'a'}}}",
            "governance.auth_config.admin_password",
            "is missing"),
        of(
            "{'governance': {'auth_config': {'admin_password': 'abc'}}}",
            "governance.auth_config.admin_password",
            "too short"),
        of(
            "{'governance': {'routing_rules': [{'name': 'r', 'scope': 'team'}]}}",
            "governance.routing_rules[0].scope_id",
            "is missing"),
        of(
            "{'governance': {'routing_rules': [{'name': 'r', 'scope': 'planet'}]}}",
            "governance.routing_rules[0].scope",
            "is 'planet', use one of virtual_key, team, customer, global"),
        of(
            "{'governance': {'routing_rules': [{'name': 'r', 'fallbacks': ['gpt']}]}}",
            "governance.routing_rules[0].fallbacks",
            "provider/model"),
        of(
            "{'config_store': {'type': 'mysql'}}",
            "config_store.type",
            "is 'mysql', use postgres or h2"),
        of("{'config_store': {'type': 'postgres'}}", "config_store.write", "is missing"),
        of(
            "{'config_store': {'type': 'postgres', 'write': {'url': 'jdbc:mysql://x'}}}",
            "config_store.write.url",
            "must start with jdbc:postgresql:"),
        of(
            "{'config_store': {'type': 'postgres', 'config': {'host': 'h', 'db_name': 'd', 'ssl_mode': 'no'}}}",
            "config_store.config.ssl_mode",
            "is 'no', use one of"),
        of(
            "{'cluster_config': {'enabled': true}}",
            "cluster_config",
            "has neither peers nor an enabled discovery"),
        of(
            "{'cluster_config': {'hard_budget_shares': {'a': 1}}}",
            "cluster_config.hard_budget_shares",
            "needs cluster_config.node_id"),
        of(
            "{'cluster_config': {'node_id': 'a', 'hard_budget_shares': {'a': 0}}}",
            "cluster_config.hard_budget_shares",
            "gives nobody anything"),
        of(
            "{'cluster_config': {'node_id': 'a', 'hard_budget_shares': {'a': -1}}}",
            "cluster_config.hard_budget_shares.a",
            "use a whole number"),
        of(
            "{'cluster_config': {'node_id': 'a', 'hard_budget_shares': {'no node': 1}}}",
            "cluster_config.hard_budget_shares[\"no node\"]",
            "is no node id"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['host']}}",
            "cluster_config.peers",
            "is not of the form host:port"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['host:99999']}}",
            "cluster_config.peers",
            "is not of the form host:port"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['h:1'], 'region': 'a', 'expected_regions': ['b']}}",
            "cluster_config.expected_regions",
            "does not hold this node's own region 'a'"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['h:1'], 'gossip': {'port': -1}}}",
            "cluster_config.gossip.port",
            "is -1"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['h:1'], 'gossip': {'secret_keys': ['abc']}}}",
            "cluster_config.gossip.secret_keys",
            "16, 24 or 32 bytes"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['h:1'], 'grpc': {'tls': {'cert': 'c'}}}}",
            "cluster_config.grpc.tls.key",
            "is missing"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['h:1'], 'grpc': {'tls':"
                + " {'cert': 'c', 'key': 'k', 'ca': 'a', 'verify': 'none'}}}}",
            "cluster_config.grpc.tls.verify",
            "use one of"),
        of(
            "{'cluster_config': {'enabled': true, 'peers': ['h:1'], 'diagnosis': {'hold_seconds': 0}}}",
            "cluster_config.diagnosis.hold_seconds",
            "is 0"),
        of(
            "{'cluster_config': {'enabled': true, 'node_id': 'a b', 'peers': ['h:1']}}",
            "cluster_config.node_id",
            "letters, digits"),
        of(
            "{'cluster_config': {'enabled': true, 'discovery': {'enabled': true}}}",
            "cluster_config.discovery.type",
            "is missing, use one of consul"),
        of(
            "{'cluster_config': {'enabled': true, 'discovery': {'enabled': true, 'type': 'etcd', 'service_name': 's'}}}",
            "cluster_config.discovery.etcd_endpoints",
            "is missing: discovery by etcd needs it"),
        of(
            "{'cluster_config': {'enabled': true, 'discovery': {'enabled': true, 'type': 'dns', 'dns_names': ['a'], 'dns_name': 'b'}}}",
            "cluster_config.discovery.dns_name",
            "did you mean 'dns_names'?"),
        of("{'encryption_key': 'short'}", "encryption_key", "too short"),
        of("{'version': 1}", "version", "is 1, use a whole number from 2 to 2"),
        of("{'source_of_truth': 'both'}", "source_of_truth", "use one of split, config.json"),
        of("{'plugins': [{'name': 'a b'}]}", "plugins[0].name", "is no PID"),
        of("[]", "config.json", "must start with '{'"),
        of("", "config.json", "must start with '{'"),
        of("{'a': ", "config.json", "not well-formed JSON at line 1"),
        of("{'client': {}} x", "config.json", "not well-formed JSON"),
        of("{'client': {}} {}", "config.json", "follows the end"),
        of("{'client': tru}", "config.json", "not well-formed JSON"),
        of(
            "{'a':" + "[".repeat(1000) + "]".repeat(1000) + "}",
            "config.json",
            "not well-formed JSON"));
  }

  @Test
  void allErrorsAreReportedTogether() {
    String message =
        refusal(
            """
            {"clinet": {}, "providers": {"a": {"keys": [{"value": "env.GONE"}], "network_config": {"max_retries": 99}}},
             "governance": {"virtual_keys": [{"name": "x", "value": 5}]}}
            """);
    assertTrue(message.startsWith("config.json has 5 errors:"), message);
    for (String path :
        new String[] {
          "\n  clinet: unknown field, did you mean 'client'?",
          "\n  providers.a.keys[0].name: is missing",
          "\n  providers.a.keys[0].value: environment variable GONE is not set",
          "\n  providers.a.network_config.max_retries: is 99",
          "\n  governance.virtual_keys[0].value: must be a string, it is the number 5"
        }) {
      assertTrue(message.contains(path), path + " is not in " + message);
    }
  }

  @Test
  void aFloodOfErrorsIsBounded() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 500; i++) {
      json.append(i == 0 ? "" : ",").append("\"unknown").append(i).append("\": 1");
    }
    String message = refusal(json.append("}").toString());
    assertTrue(message.startsWith("config.json has 500 errors:"), message);
    assertTrue(message.endsWith("and 480 more"), message);
  }

  @Test
  void noMessageShowsASecret() {
    String message =
        refusal(
            EXAMPLE
                .replace("\"weight\": 1 }", "\"weight\": \"sk-hidden\", \"x\": \"sk-hidden\" }")
                .replace("env.PG_PASSWORD", "pg-hidden\\u0000")
                .replace("\"admin_username\"", "\"admin_usernam\""));
    assertFalse(message.contains("hidden"), message);
    String broken = refusal("{\"providers\": {\"a\": {\"keys\": [{\"value\": sk-hidden}]}}}");
    assertFalse(broken.contains("hidden"), broken);
  }

  private static Arguments of(String json, String path, String reason) {
    return Arguments.of(json, path, reason);
  }
}
