package bifrost.runtime.format;

import java.io.InputStream;

/**
 * A request body as it arrives.
 *
 * @param contentType the media type, with parameters; empty when none was sent
 * @param length the declared length, or -1
 * @param in the bytes; reading more than the gateway allows throws
 */
public record InboundBody(String contentType, long length, InputStream in) {}
