package bifrost.storage;

import java.util.List;

/** The schema on PostgreSQL. Released migrations never change. */
final class PostgresMigrations {
  static final List<Migration> ALL =
      List.of(
          new Migration(
              1,
              "configuration",
              List.of(
                  """
                  CREATE TABLE config_entity (
                    entity_type TEXT COLLATE "C" NOT NULL,
                    entity_id TEXT COLLATE "C" NOT NULL,
                    version_time BIGINT NOT NULL,
                    version_node TEXT COLLATE "C" NOT NULL,
                    content TEXT,
                    seed_hash TEXT NOT NULL,
                    deleted BOOLEAN NOT NULL,
                    written_at TIMESTAMPTZ DEFAULT now() NOT NULL,
                    PRIMARY KEY (entity_type, entity_id)
                  )""")),
          new Migration(
              2,
              "journal",
              List.of(
                  """
                  CREATE TABLE journal_watermark (
                    node_id TEXT COLLATE "C" NOT NULL,
                    epoch BIGINT NOT NULL,
                    stream TEXT COLLATE "C" NOT NULL,
                    seq BIGINT NOT NULL,
                    PRIMARY KEY (node_id, epoch, stream)
                  )""",
                  """
                  CREATE TABLE request_log (
                    node_id TEXT COLLATE "C" NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    id TEXT COLLATE "C" NOT NULL,
                    started_at TIMESTAMPTZ NOT NULL,
                    operation TEXT NOT NULL,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    wire_model TEXT NOT NULL,
                    selected_key_id TEXT NOT NULL,
                    selected_key_name TEXT NOT NULL,
                    virtual_key_id TEXT NOT NULL,
                    virtual_key_name TEXT NOT NULL,
                    team_id TEXT NOT NULL,
                    customer_id TEXT NOT NULL,
                    attempts INTEGER NOT NULL,
                    fallback_index INTEGER NOT NULL,
                    stream BOOLEAN NOT NULL,
                    status INTEGER NOT NULL,
                    error_type TEXT NOT NULL,
                    input_tokens BIGINT NOT NULL,
                    output_tokens BIGINT NOT NULL,
                    cache_read_tokens BIGINT NOT NULL,
                    cache_write_tokens BIGINT NOT NULL,
                    reasoning_tokens BIGINT NOT NULL,
                    images BIGINT NOT NULL,
                    audio_millis BIGINT NOT NULL,
                    characters BIGINT NOT NULL,
                    cost_nanos BIGINT NOT NULL,
                    latency_micros BIGINT NOT NULL,
                    first_byte_micros BIGINT NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX request_log_started_at ON request_log (started_at)",
                  "CREATE INDEX request_log_virtual_key"
                      + " ON request_log (virtual_key_id, started_at)",
                  "CREATE INDEX request_log_id ON request_log (id)",
                  """
                  CREATE TABLE usage_total (
                    node_id TEXT COLLATE "C" NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    period_start TIMESTAMPTZ NOT NULL,
                    period_seconds INTEGER NOT NULL,
                    virtual_key_id TEXT NOT NULL,
                    team_id TEXT NOT NULL,
                    customer_id TEXT NOT NULL,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    requests BIGINT NOT NULL,
                    errors BIGINT NOT NULL,
                    input_tokens BIGINT NOT NULL,
                    output_tokens BIGINT NOT NULL,
                    cost_nanos BIGINT NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX usage_total_period ON usage_total (period_start)",
                  """
                  CREATE TABLE request_payload (
                    node_id TEXT COLLATE "C" NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    id TEXT COLLATE "C" NOT NULL,
                    started_at TIMESTAMPTZ NOT NULL,
                    request BYTEA NOT NULL,
                    response BYTEA NOT NULL,
                    truncated BOOLEAN NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX request_payload_started_at ON request_payload (started_at)",
                  "CREATE INDEX request_payload_id ON request_payload (id)",
                  """
                  CREATE TABLE counter_slot (
                    counter TEXT COLLATE "C" NOT NULL,
                    window_millis BIGINT NOT NULL,
                    node_id TEXT COLLATE "C" NOT NULL,
                    epoch BIGINT NOT NULL,
                    end_millis BIGINT NOT NULL,
                    slot_value BIGINT NOT NULL,
                    PRIMARY KEY (counter, window_millis, node_id, epoch)
                  )""",
                  "CREATE INDEX counter_slot_end ON counter_slot (end_millis)")),
          new Migration(
              3,
              "audit",
              List.of(
                  """
                  CREATE TABLE audit_log (
                    node_id TEXT COLLATE "C" NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    done_at TIMESTAMPTZ NOT NULL,
                    actor TEXT NOT NULL,
                    address TEXT NOT NULL,
                    request_id TEXT NOT NULL,
                    action TEXT NOT NULL,
                    entity_type TEXT NOT NULL,
                    entity_id TEXT NOT NULL,
                    version_time BIGINT NOT NULL,
                    version_node TEXT NOT NULL,
                    fields TEXT NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX audit_log_done_at ON audit_log (done_at)",
                  "CREATE INDEX audit_log_entity ON audit_log (entity_type, entity_id)")));

  private PostgresMigrations() {}
}
