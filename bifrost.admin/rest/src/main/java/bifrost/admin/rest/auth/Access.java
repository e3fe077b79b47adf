package bifrost.admin.rest.auth;

import bifrost.api.management.ManagementAnswer;

/** Whether somebody may use the management API. */
public sealed interface Access {
  /**
   * They may.
   *
   * @param actor who it is
   */
  record Granted(String actor) implements Access {}

  /**
   * They may not.
   *
   * @param answer what they get
   */
  record Refused(ManagementAnswer answer) implements Access {}
}
