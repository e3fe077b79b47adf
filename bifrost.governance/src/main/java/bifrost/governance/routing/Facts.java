package bifrost.governance.routing;

import java.util.Map;

/**
 * What a routing rule may ask about a request. Each answer may cost something, so it is asked for
 * only when an expression names it.
 */
public interface Facts {
  /** The model as the caller named it, without the provider. */
  String model();

  /** The provider that the caller named; empty for none. */
  String provider();

  /** What is asked, for example {@code chat_completion}. */
  String requestType();

  /** Header fields by their names in lower case. */
  Map<String, String> headers();

  /** Parameters of the query. */
  Map<String, String> params();

  /** The virtual key's id; empty for none. */
  String virtualKeyId();

  /** The virtual key's name; empty for none. */
  String virtualKeyName();

  /** The team's id; empty for none. */
  String teamId();

  /** The team's name; empty for none. */
  String teamName();

  /** The customer's id; empty for none. */
  String customerId();

  /** The customer's name; empty for none. */
  String customerName();

  /** How much of the fullest budget is used, in percent; 0 without one. */
  double budgetUsed();

  /** How much of the fullest token limit is used, in percent; 0 without one. */
  double tokensUsed();

  /** How much of the fullest request limit is used, in percent; 0 without one. */
  double requestsUsed();
}
