// How does a probe call again and again? Workers that call, tell each failure in one line, and pause.
final class Loop {
  private static int number(String name, int otherwise) {
    String given = System.getenv(name);
    return given == null ? otherwise : Integer.parseInt(given);
  }

  static void forever(Runnable call) {
    long pause = number("PROBE_PAUSE_SECONDS", 30) * 1000L;
    for (int worker = 0; worker < number("PROBE_WORKERS", 1); worker++) {
      new Thread(() -> callAndPause(call, pause)).start();
    }
  }

  private static void callAndPause(Runnable call, long pause) {
    try {
      while (true) {
        try {
          call.run();
        } catch (RuntimeException failure) {
          System.err.println(String.valueOf(failure).replaceAll("\\s+", " "));
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }
}
