package bifrost.storage;

import java.util.List;

/** The schema on H2. Released migrations never change. */
final class H2Migrations {
  static final List<Migration> ALL =
      List.of(
          new Migration(
              1,
              "configuration",
              List.of(
                  """
                  CREATE TABLE IF NOT EXISTS config_entity (
                    entity_type VARCHAR(32) NOT NULL,
                    entity_id VARCHAR(256) NOT NULL,
                    version_time BIGINT NOT NULL,
                    version_node VARCHAR(128) NOT NULL,
                    content VARCHAR(1048576),
                    seed_hash VARCHAR(512) NOT NULL,
                    deleted BOOLEAN NOT NULL,
                    written_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
                    PRIMARY KEY (entity_type, entity_id)
                  )""")),
          new Migration(
              2,
              "journal",
              List.of(
                  """
                  CREATE TABLE IF NOT EXISTS journal_watermark (
                    node_id VARCHAR(1024) NOT NULL,
                    epoch BIGINT NOT NULL,
                    stream VARCHAR(1024) NOT NULL,
                    seq BIGINT NOT NULL,
                    PRIMARY KEY (node_id, epoch, stream)
                  )""",
                  """
                  CREATE TABLE IF NOT EXISTS request_log (
                    node_id VARCHAR(1024) NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    id VARCHAR(1024) NOT NULL,
                    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
                    operation VARCHAR(1024) NOT NULL,
                    provider VARCHAR(1024) NOT NULL,
                    model VARCHAR(1024) NOT NULL,
                    wire_model VARCHAR(1024) NOT NULL,
                    selected_key_id VARCHAR(1024) NOT NULL,
                    selected_key_name VARCHAR(1024) NOT NULL,
                    virtual_key_id VARCHAR(1024) NOT NULL,
                    virtual_key_name VARCHAR(1024) NOT NULL,
                    team_id VARCHAR(1024) NOT NULL,
                    customer_id VARCHAR(1024) NOT NULL,
                    attempts INTEGER NOT NULL,
                    fallback_index INTEGER NOT NULL,
                    stream BOOLEAN NOT NULL,
                    status INTEGER NOT NULL,
                    error_type VARCHAR(1024) NOT NULL,
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
                  "CREATE INDEX IF NOT EXISTS request_log_started_at ON request_log (started_at)",
                  "CREATE INDEX IF NOT EXISTS request_log_virtual_key"
                      + " ON request_log (virtual_key_id, started_at)",
                  "CREATE INDEX IF NOT EXISTS request_log_id ON request_log (id)",
                  """
                  CREATE TABLE IF NOT EXISTS usage_total (
                    node_id VARCHAR(1024) NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    period_start TIMESTAMP WITH TIME ZONE NOT NULL,
                    period_seconds INTEGER NOT NULL,
                    virtual_key_id VARCHAR(1024) NOT NULL,
                    team_id VARCHAR(1024) NOT NULL,
                    customer_id VARCHAR(1024) NOT NULL,
                    provider VARCHAR(1024) NOT NULL,
                    model VARCHAR(1024) NOT NULL,
                    requests BIGINT NOT NULL,
                    errors BIGINT NOT NULL,
                    input_tokens BIGINT NOT NULL,
                    output_tokens BIGINT NOT NULL,
                    cost_nanos BIGINT NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX IF NOT EXISTS usage_total_period ON usage_total (period_start)",
                  """
                  CREATE TABLE IF NOT EXISTS request_payload (
                    node_id VARCHAR(1024) NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    id VARCHAR(1024) NOT NULL,
                    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
                    request VARBINARY(16777216) NOT NULL,
                    response VARBINARY(16777216) NOT NULL,
                    truncated BOOLEAN NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX IF NOT EXISTS request_payload_started_at ON request_payload (started_at)",
                  "CREATE INDEX IF NOT EXISTS request_payload_id ON request_payload (id)",
                  """
                  CREATE TABLE IF NOT EXISTS counter_slot (
                    counter VARCHAR(1024) NOT NULL,
                    window_millis BIGINT NOT NULL,
                    node_id VARCHAR(1024) NOT NULL,
                    epoch BIGINT NOT NULL,
                    end_millis BIGINT NOT NULL,
                    slot_value BIGINT NOT NULL,
                    PRIMARY KEY (counter, window_millis, node_id, epoch)
                  )""",
                  "CREATE INDEX IF NOT EXISTS counter_slot_end ON counter_slot (end_millis)")),
          new Migration(
              3,
              "audit",
              List.of(
                  """
                  CREATE TABLE IF NOT EXISTS audit_log (
                    node_id VARCHAR(1024) NOT NULL,
                    epoch BIGINT NOT NULL,
                    seq BIGINT NOT NULL,
                    done_at TIMESTAMP WITH TIME ZONE NOT NULL,
                    actor VARCHAR(1024) NOT NULL,
                    address VARCHAR(1024) NOT NULL,
                    request_id VARCHAR(1024) NOT NULL,
                    action VARCHAR(1024) NOT NULL,
                    entity_type VARCHAR(1024) NOT NULL,
                    entity_id VARCHAR(1024) NOT NULL,
                    version_time BIGINT NOT NULL,
                    version_node VARCHAR(1024) NOT NULL,
                    fields VARCHAR(1024) NOT NULL,
                    PRIMARY KEY (node_id, epoch, seq)
                  )""",
                  "CREATE INDEX IF NOT EXISTS audit_log_done_at ON audit_log (done_at)",
                  "CREATE INDEX IF NOT EXISTS audit_log_entity"
                      + " ON audit_log (entity_type, entity_id)")));

  private H2Migrations() {}
}
