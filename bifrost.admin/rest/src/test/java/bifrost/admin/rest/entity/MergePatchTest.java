package bifrost.admin.rest.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.admin.rest.frame.JsonBodies;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
  private static final JsonBodies JSON = new JsonBodies();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "what is left out stays | {'a':1,'b':2} | {'b':3} | {'a':1,'b':3}",
        "null clears | {'a':1,'b':2} | {'b':null} | {'a':1}",
        "objects are changed | {'a':{'x':1,'y':2}} | {'a':{'y':3,'x':null}} | {'a':{'y':3}}",
        "lists are replaced | {'a':[1,2]} | {'a':[3]} | {'a':[3]}",
        "a budget is known by its window |"
            + " {'budgets':[{'id':'b','max_limit':1,'reset_duration':'1d'}]} |"
            + " {'budgets':[{'max_limit':2,'reset_duration':'1d'}]} |"
            + " {'budgets':[{'id':'b','max_limit':2,'reset_duration':'1d'}]}",
        "a budget is known by its id |"
            + " {'budgets':[{'id':'b','max_limit':1,'reset_duration':'1d'}]} |"
            + " {'budgets':[{'id':'b','reset_duration':'1h'}]} |"
            + " {'budgets':[{'id':'b','max_limit':1,'reset_duration':'1h'}]}",
        "a new budget begins now | {} | {'budgets':[{'max_limit':1,'reset_duration':'1d'}]} |"
            + " {'budgets':[{'max_limit':1,'reset_duration':'1d','created_at':'now'}]}",
        "a new budget may say when it begins | {} | {'budgets':[{'created_at':'then'}]} |"
            + " {'budgets':[{'created_at':'then'}]}",
        "a budget that is not sent ends |"
            + " {'budgets':[{'id':'a','reset_duration':'1d'},{'id':'b','reset_duration':'1h'}]} |"
            + " {'budgets':[{'id':'b'}]} | {'budgets':[{'id':'b','reset_duration':'1h'}]}",
        "a provider is known by its name, with its limits |"
            + " {'provider_configs':[{'id':'g','provider':'p','budgets':[{'id':'b'}],'weight':1}]} |"
            + " {'provider_configs':[{'provider':'p','weight':2}]} |"
            + " {'provider_configs':[{'id':'g','provider':'p','budgets':[{'id':'b'}],'weight':2}]}",
        "one rate limit takes the place of several | {'rate_limits':[{'token_max_limit':1}]} |"
            + " {'rate_limit':{'token_max_limit':2}} |"
            + " {'rate_limit':{'token_max_limit':2,'created_at':'now'}}",
        "several take the place of one | {'rate_limit':{'token_max_limit':1}} | {'rate_limits':[]} |"
            + " {'rate_limits':[]}",
      })
  void changes(String rule, String before, String change, String after) {
    assertEquals(object(after), new MergePatch("now").apply(object(before), object(change)), rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'version':'1-a','updated_at':'t','name':'n'} | {'name':'n'}",
        "{'budgets':[{'id':'b','current_usage':1,'held_usage':0,'last_reset':'','next_reset':''}]}"
            + " | {'budgets':[{'id':'b'}]}",
        "{'provider_configs':[{'rate_limit':{'token_current_usage':1,'token_max_limit':2}}]}"
            + " | {'provider_configs':[{'rate_limit':{'token_max_limit':2}}]}",
      })
  void whatIsOnlyShownIsNotSet(String sent, String kept) {
    assertEquals(object(kept), MergePatch.settable(object(sent)));
  }

  private static Map<String, Object> object(String text) {
    return JSON.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
