package bifrost.admin.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Tells two contents of one file apart.
 *
 * @param modified when it was written, in milliseconds
 * @param size its length in bytes
 */
record FileStamp(long modified, long size) {
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(attributes.lastModifiedTime().toMillis(), attributes.size());
  }
}
