package bifrost.api.cluster;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a member says of itself; it travels with the membership in at most 512 bytes.
 *
 * @param region its region, for example {@code eu-west-1}
 * @param httpAddress where its HTTP listener can be reached, as {@code host:port}; empty when
 *     unknown
 * @param grpcAddress where its replication can be reached, as {@code host:port}; empty when unknown
 * @param version the product's version
 * @param capabilities what it can do, for example {@code sync:v1}; sorted, short names
 */
public record MemberInfo(
    String region,
    String httpAddress,
    String grpcAddress,
    String version,
    Set<String> capabilities) {
  /** The region of a node that was not given one. */
  public static final String UNKNOWN_REGION = "unknown";

  /** Refuses {@code null}; copies and sorts the capabilities. */
  public MemberInfo {
    Objects.requireNonNull(region, "region is null");
    Objects.requireNonNull(httpAddress, "httpAddress is null");
    Objects.requireNonNull(grpcAddress, "grpcAddress is null");
    Objects.requireNonNull(version, "version is null");
    capabilities = Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
  }

  /** The same with another HTTP address. */
  public MemberInfo withHttpAddress(String address) {
    return new MemberInfo(region, address, grpcAddress, version, capabilities);
  }

  /** The same with another replication address. */
  public MemberInfo withGrpcAddress(String address) {
    return new MemberInfo(region, httpAddress, address, version, capabilities);
  }

  /** The same with one more capability. */
  public MemberInfo withCapability(String capability) {
    Set<String> all = new TreeSet<>(capabilities);
    all.add(capability);
    return new MemberInfo(region, httpAddress, grpcAddress, version, all);
  }
}
