// Reads the clocks, sleeps an hour in each way that Java offers, and says how long it was on both of its clocks.

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

class WarpSleeper {
  interface Wait {
    void run() throws Exception;
  }

  static void measure(String name, Wait wait) throws Exception {
    System.out.println(name);
    System.out.flush();
    Instant began = Instant.now();
    long nanoseconds = System.nanoTime();
    wait.run();
    double wall = (Instant.now().toEpochMilli() - began.toEpochMilli()) / 1e3;
    System.out.println(wall + " " + (System.nanoTime() - nanoseconds) / 1e9);
    System.out.flush();
  }

  public static void main(String[] words) throws Exception {
    var executor = Executors.newScheduledThreadPool(1);
    var monitor = new Object();
    measure("Thread.sleep", () -> Thread.sleep(3_600_000));
    measure("a scheduled executor", () -> executor.schedule(() -> 0, 1, TimeUnit.HOURS).get());
    measure("LockSupport.parkNanos", () -> LockSupport.parkNanos(TimeUnit.HOURS.toNanos(1)));
    measure("LockSupport.parkUntil", () -> LockSupport.parkUntil(System.currentTimeMillis() + 3_600_000));
    measure("Object.wait", () -> {
      synchronized (monitor) {
        monitor.wait(3_600_000);
      }
    });
    measure("a latch", () -> new CountDownLatch(1).await(1, TimeUnit.HOURS));
    measure("a queue", () -> new LinkedBlockingQueue<>().poll(1, TimeUnit.HOURS));
    executor.shutdown();
    System.out.println("end");
  }
}
