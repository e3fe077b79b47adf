package bifrost.it.cluster;

import bifrost.it.support.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The exercises of {@link MeshRun} at length, with their figures; {@code ./bifrost bench mesh}. */
public final class MeshBench {
  private MeshBench() {}

  /** Takes the number of calls whose convergence is measured. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("bifrost-mesh-");
    long started = System.nanoTime();
    try (MeshRun run = new MeshRun(folder)) {
      print("six nodes started and joined", (System.nanoTime() - started) / 1_000_000 + " ms");
      quiet(run);
      MeshRun.Convergence convergence = run.converge(rounds);
      print("a call counts on the other nodes of its region", convergence.within());
      print("a call counts on the nodes of the other region", convergence.across());
      long bytes = run.delayedBytes();
      long from = System.nanoTime();
      MeshRun.Spent spent = run.spend();
      double seconds = (System.nanoTime() - from) / 1e9;
      print("a budget of 100 spent on all nodes", spent);
      print(
          "replication between the regions meanwhile",
          "%.0f bytes/s at %.0f calls/s"
              .formatted((run.delayedBytes() - bytes) / seconds, spent.accepted() / seconds));
      print("a key ended under load", run.revoke());
      print("all nodes restarted under load", run.restart(run.mesh().pods()));
    } finally {
      Folders.delete(folder);
    }
  }

  private static void quiet(MeshRun run) throws InterruptedException {
    long bytes = run.delayedBytes();
    TimeUnit.SECONDS.sleep(5);
    print(
        "replication between the regions without calls",
        (run.delayedBytes() - bytes) / 5 + " bytes/s");
  }

  private static void print(String what, Object figures) {
    System.out.println(what + ": " + figures);
  }
}
