package bifrost.discovery.dns;

import java.io.IOException;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Answers as a server would give them. */
final class Messages {
  private Messages() {}

  static Name name(String text) {
    return Name.fromConstantString(text);
  }

  /** A record as in a zone file: name, TTL, type, data. */
  static Record record(String name, long ttl, String type, String data) {
    try {
      return Record.fromString(name(name), Type.value(type), DClass.IN, ttl, data, Name.root);
    } catch (IOException e) {
      throw new IllegalArgumentException(data, e);
    }
  }

  static Message answer(Record... answers) {
    return message(Rcode.NOERROR, List.of(answers), List.of(), List.of());
  }

  /** No such name, or with another code no such records; the zone's SOA has this negative TTL. */
  static Message negative(int code, long ttl) {
    return message(
        code,
        List.of(),
        List.of(record("test.", 3600, "SOA", "ns.test. h.test. 1 1 1 1 " + ttl)),
        List.of());
  }

  static Message message(
      int code, List<Record> answers, List<Record> authority, List<Record> additional) {
    Message message = new Message();
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setRcode(code);
    answers.forEach(record -> message.addRecord(record, Section.ANSWER));
    authority.forEach(record -> message.addRecord(record, Section.AUTHORITY));
    additional.forEach(record -> message.addRecord(record, Section.ADDITIONAL));
    return message;
  }
}
