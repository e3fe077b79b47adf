/** Discovery by the pods of a Kubernetes cluster, which the API server lists and watches. */
package bifrost.discovery.lan.kubernetes;
