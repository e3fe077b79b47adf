package bifrost.api.governance;

import bifrost.api.ledger.Slot;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a budget or a rate limit is used in its window.
 *
 * <p>Amounts are billionths of a US dollar for a budget, else requests or tokens.
 *
 * @param id its id
 * @param holder whose it is, as in refusals, for example {@code virtual key 'web'}
 * @param kind {@code soft} or {@code hard} for a budget, {@code requests} or {@code tokens} for a
 *     rate limit
 * @param limit the limit that holds now, an override included
 * @param override the part of the limit that an override adds
 * @param settled what has been used, on all nodes as far as this one knows
 * @param held what this node holds for requests that are under way
 * @param windowMillis the start of the window, in milliseconds since the epoch
 * @param resetMillis the end of the window
 * @param slots what each node has used
 * @param refusal the message of the refusal that a request would get now; empty when it would not
 *     be refused for this limit
 */
public record LimitState(
    String id,
    String holder,
    String kind,
    long limit,
    long override,
    long settled,
    long held,
    long windowMillis,
    long resetMillis,
    List<Slot> slots,
    Optional<String> refusal) {
  /** Copies the list; refuses {@code null}. */
  public LimitState {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(holder, "holder is null");
    Objects.requireNonNull(kind, "kind is null");
    slots = List.copyOf(slots);
    Objects.requireNonNull(refusal, "refusal is null");
  }
}
