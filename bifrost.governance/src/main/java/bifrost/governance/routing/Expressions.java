package bifrost.governance.routing;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Optional;

/**
 * The language of routing rules: CEL over the facts of a request, checked when it is compiled.
 *
 * <p>Size, nesting and iterations are bounded, so an expression costs microseconds whoever wrote
 * it.
 */
public final class Expressions {
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(4_096)
          .maxParseRecursionDepth(32)
          .comprehensionMaxIterations(1_000)
          .enableHeterogeneousNumericComparisons(true)
          .build();

  private final CelCompiler compiler;
  private final CelRuntime runtime =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  /** Ready to compile. */
  public Expressions() {
    MapType texts = MapType.create(SimpleType.STRING, SimpleType.STRING);
    compiler =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("model", SimpleType.STRING)
            .addVar("provider", SimpleType.STRING)
            .addVar("request_type", SimpleType.STRING)
            .addVar("headers", texts)
            .addVar("params", texts)
            .addVar("virtual_key_id", SimpleType.STRING)
            .addVar("virtual_key_name", SimpleType.STRING)
            .addVar("team_id", SimpleType.STRING)
            .addVar("team_name", SimpleType.STRING)
            .addVar("customer_id", SimpleType.STRING)
            .addVar("customer_name", SimpleType.STRING)
            .addVar("budget_used", SimpleType.DOUBLE)
            .addVar("tokens_used", SimpleType.DOUBLE)
            .addVar("request", SimpleType.DOUBLE)
            .setResultType(SimpleType.BOOL)
            .build();
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException when it is none, or not one of a truth value; the message says
   *     where
   */
  public Expression compile(String text) {
    try {
      CelRuntime.Program program = runtime.createProgram(compiler.compile(text).getAst());
      return new Expression(program);
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException(
          e.getMessage().lines().limit(4).reduce((a, b) -> a + "; " + b).orElse(""), e);
    }
  }

  /** A compiled expression; safe for any thread. */
  public static final class Expression {
    private final CelRuntime.Program program;

    private Expression(CelRuntime.Program program) {
      this.program = program;
    }

    /** Whether it is true of a request; a fact that is missing makes it false. */
    public boolean matches(Facts facts) {
      try {
        return Boolean.TRUE.equals(program.eval(name -> fact(facts, name)));
      } catch (CelEvaluationException e) {
        return false;
      }
    }

    private static Optional<Object> fact(Facts facts, String name) {
      return switch (name) {
        case "model" -> Optional.of(facts.model());
        case "provider" -> Optional.of(facts.provider());
        case "request_type" -> Optional.of(facts.requestType());
        case "headers" -> Optional.of(facts.headers());
        case "params" -> Optional.of(facts.params());
        case "virtual_key_id" -> Optional.of(facts.virtualKeyId());
        case "virtual_key_name" -> Optional.of(facts.virtualKeyName());
        case "team_id" -> Optional.of(facts.teamId());
        case "team_name" -> Optional.of(facts.teamName());
        case "customer_id" -> Optional.of(facts.customerId());
        case "customer_name" -> Optional.of(facts.customerName());
        case "budget_used" -> Optional.of(facts.budgetUsed());
        case "tokens_used" -> Optional.of(facts.tokensUsed());
        case "request" -> Optional.of(facts.requestsUsed());
        default -> Optional.empty();
      };
    }
  }
}
