package bifrost.providers.http.client;

import bifrost.api.model.Header;
import bifrost.providers.http.UpstreamRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Header fields between a provider and the connection; those of the connection itself go no
 * further.
 */
final class Fields {
  private static final Set<HttpHeader> OF_CONNECTION =
      EnumSet.of(
          HttpHeader.CONNECTION,
          HttpHeader.KEEP_ALIVE,
          HttpHeader.PROXY_AUTHENTICATE,
          HttpHeader.PROXY_AUTHORIZATION,
          HttpHeader.PROXY_CONNECTION,
          HttpHeader.TE,
          HttpHeader.TRAILER,
          HttpHeader.TRANSFER_ENCODING,
          HttpHeader.UPGRADE);
  private static final Set<HttpHeader> OF_REQUEST_BODY =
      EnumSet.of(
          HttpHeader.HOST,
          HttpHeader.CONTENT_LENGTH,
          HttpHeader.ACCEPT_ENCODING,
          HttpHeader.EXPECT);

  private Fields() {}

  /** Writes the request's fields, and over them those of its network settings. */
  static void write(UpstreamRequest request, HttpFields.Mutable fields) {
    for (Header header : request.headers()) {
      HttpField field = new HttpField(header.name(), header.value());
      if (passes(field)) {
        fields.add(field);
      }
    }
    for (Header header : request.network().extraHeaders()) {
      HttpField field = new HttpField(header.name(), header.value());
      if (passes(field)) {
        fields.put(field);
      }
    }
  }

  static List<Header> read(HttpFields fields) {
    List<Header> headers = new ArrayList<>(fields.size());
    for (HttpField field : fields) {
      if (!OF_CONNECTION.contains(field.getHeader()) && field.getValue() != null) {
        headers.add(new Header(field.getName(), field.getValue()));
      }
    }
    return headers;
  }

  private static boolean passes(HttpField field) {
    return !OF_CONNECTION.contains(field.getHeader())
        && !OF_REQUEST_BODY.contains(field.getHeader());
  }
}
