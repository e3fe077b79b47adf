package bifrost.discovery.dns;

import java.util.List;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What a message says about one name and type.
 *
 * @param records of that type, at the end of the chain of aliases; empty when there are none
 * @param end the name at the end of that chain; the name itself when it is no alias
 * @param exists false when there is no such name
 * @param ttl for how many seconds this holds, also when there are no records
 */
record Answer(List<Record> records, Name end, boolean exists, long ttl) {
  /** How many aliases of one name are followed. */
  static final int MAX_ALIASES = 8;

  /** What a negative answer without SOA record is worth. */
  private static final long UNKNOWN_TTL = 10;

  static Answer read(Message message, Name name, int type) {
    List<Record> answers = message.getSection(Section.ANSWER);
    long ttl = Long.MAX_VALUE;
    Name end = name;
    for (int aliases = 0; aliases < MAX_ALIASES; aliases++) {
      CNAMERecord alias = (CNAMERecord) of(answers, end, Type.CNAME).findFirst().orElse(null);
      if (alias == null) {
        break;
      }
      ttl = Math.min(ttl, alias.getTTL());
      end = alias.getTarget();
    }
    List<Record> records = of(answers, end, type).toList();
    long shortest = records.stream().mapToLong(Record::getTTL).min().orElse(negativeTtl(message));
    return new Answer(records, end, message.getRcode() != Rcode.NXDOMAIN, Math.min(ttl, shortest));
  }

  private static Stream<Record> of(List<Record> records, Name name, int type) {
    return records.stream()
        .filter(record -> record.getType() == type && isWhole(record))
        .filter(record -> record.getName().equals(name));
  }

  /** A hostile message can have records that claim a type and are nothing. */
  private static boolean isWhole(Record record) {
    return record instanceof ARecord
        || record instanceof AAAARecord
        || record instanceof SRVRecord
        || record instanceof CNAMERecord;
  }

  private static long negativeTtl(Message message) {
    return message.getSection(Section.AUTHORITY).stream()
        .filter(SOARecord.class::isInstance)
        .map(SOARecord.class::cast)
        .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
        .min()
        .orElse(UNKNOWN_TTL);
  }
}
