package bifrost.governance;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the governor, as an operator writes them. */
@ObjectClassDefinition(
    name = "Bifrost governance",
    description = "Virtual keys, budgets, rate limits, prices and routing rules.")
public @interface GovernorConfig {
  /** The PID. */
  String PID = "bifrost.governance";

  /** Where the prices are. */
  @AttributeDefinition(
      name = "Prices",
      description =
          "A file, or an http(s) URL, with the catalogue of prices; empty for the one that is"
              + " shipped.")
  String prices__location() default "";

  /** How often they are read again. */
  @AttributeDefinition(
      name = "Refresh of prices, seconds",
      description = "How often the catalogue is read again; 60 to 2592000.")
  long prices__refresh__seconds() default 86_400;

  /** What becomes of models without a price. */
  @AttributeDefinition(
      name = "Ceiling of an unpriced request, US dollars",
      description =
          "What an attempt at a model without a price holds, and is charged, where a budget"
              + " limits its cost, for example 0.25; 0 refuses it.")
  String unpriced__ceiling__usd() default "0";

  /** When keys that are not used are forgotten. */
  @AttributeDefinition(
      name = "Idle keys, seconds",
      description =
          "After how long without a request the habits of a virtual key are forgotten; 60 to"
              + " 2592000.")
  long idle__key__seconds() default 1_800;

  /** The part of hard budgets that this node may spend. */
  @AttributeDefinition(
      name = "Share of hard budgets, millionths",
      description =
          "The part of every hard budget that this node may spend, 0 to 1000000; the parts of all"
              + " nodes of a cluster must come to 1000000 at most.")
  long hard__budget__share() default 1_000_000;
}
