package bifrost.storage;

import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of configuration rows. */
final class EntityTable {
  private static final Logger LOG = LoggerFactory.getLogger(EntityTable.class);
  private static final int PAGE = 5_000;
  private static final int BATCH = 1_000;
  private static final String COLUMNS =
      "entity_type, entity_id, version_time, version_node, content, seed_hash, deleted";

  /** The order is the primary key's: writers that take rows in it cannot lock each other out. */
  private static final Comparator<StoredEntity> KEY_ORDER =
      Comparator.comparing((StoredEntity row) -> row.type().label())
          .thenComparing(StoredEntity::id);

  private final Dialect dialect;

  EntityTable(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Reads all rows, page by page, in the transaction at hand. */
  long read(Connection connection, Consumer<StoredEntity> rows) throws SQLException {
    Map<String, Optional<EntityType>> types = new HashMap<>();
    Map<String, String> nodes = new HashMap<>();
    String lastType = "";
    String lastId = "";
    long count = 0;
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM config_entity WHERE (entity_type, entity_id) > (?, ?)"
            + " ORDER BY entity_type, entity_id FETCH FIRST "
            + PAGE
            + " ROWS ONLY";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setFetchSize(PAGE);
      int read = PAGE;
      while (read == PAGE) {
        select.setString(1, lastType);
        select.setString(2, lastId);
        read = 0;
        try (ResultSet page = select.executeQuery()) {
          while (page.next()) {
            read++;
            lastType = page.getString(1);
            lastId = page.getString(2);
            Optional<EntityType> type = types.computeIfAbsent(lastType, EntityTable::type);
            if (type.isPresent()) {
              rows.accept(row(type.get(), lastId, page, nodes));
              count++;
            }
          }
        }
      }
    }
    return count;
  }

  /** Writes the rows that are newer than what is stored, in the transaction at hand. */
  int write(Connection connection, List<StoredEntity> rows) throws SQLException {
    List<StoredEntity> ordered = new ArrayList<>(rows);
    ordered.sort(KEY_ORDER);
    int each = dialect.rowsPerUpsert();
    int whole = ordered.size() / each * each;
    return upsert(connection, ordered.subList(0, whole), each)
        + upsert(connection, ordered.subList(whole, ordered.size()), ordered.size() - whole);
  }

  /** Writes rows, so many of them with one statement. */
  private int upsert(Connection connection, List<StoredEntity> rows, int each) throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    int newer = 0;
    try (PreparedStatement upsert = connection.prepareStatement(dialect.upsertEntities(each))) {
      int pending = 0;
      for (int from = 0; from < rows.size(); from += each) {
        int parameter = 0;
        for (StoredEntity row : rows.subList(from, from + each)) {
          upsert.setString(++parameter, row.type().label());
          upsert.setString(++parameter, row.id());
          upsert.setLong(++parameter, row.version().time());
          upsert.setString(++parameter, row.version().node());
          upsert.setString(++parameter, row.content().orElse(null));
          upsert.setString(++parameter, row.seedHash());
          upsert.setBoolean(++parameter, row.content().isEmpty());
        }
        if (each > 1) {
          newer += upsert.executeUpdate();
          continue;
        }
        upsert.addBatch();
        if (++pending == BATCH) {
          newer += written(upsert);
          pending = 0;
        }
      }
      if (pending > 0) {
        newer += written(upsert);
      }
    }
    return newer;
  }

  private static int written(Statement batch) throws SQLException {
    int written = 0;
    for (int count : batch.executeBatch()) {
      written += Math.max(0, count);
    }
    return written;
  }

  /** Node names are few: rows share them. */
  private static StoredEntity row(
      EntityType type, String id, ResultSet page, Map<String, String> nodes) throws SQLException {
    String node = page.getString(4);
    String shared = nodes.computeIfAbsent(node, name -> name);
    boolean deleted = page.getBoolean(7);
    return new StoredEntity(
        type,
        id,
        new Version(page.getLong(3), shared),
        deleted ? Optional.empty() : Optional.ofNullable(page.getString(5)),
        page.getString(6));
  }

  private static Optional<EntityType> type(String label) {
    try {
      return Optional.of(EntityType.ofLabel(label));
    } catch (IllegalArgumentException e) {
      LOG.warn("rows of type '{}' are passed over: a newer release has written them", label);
      return Optional.empty();
    }
  }
}
