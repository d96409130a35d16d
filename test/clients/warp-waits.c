/* For the tests of the warped clock: waits an hour in each way that the C library offers, and says how long it was on each of its clocks. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const struct timespec hour = {3600, 0};
static sigset_t alarms;

static double read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static double read_day(void) {
  struct timeval now;
  gettimeofday(&now, NULL);
  return now.tv_sec + now.tv_usec / 1e6;
}

static struct timespec in_an_hour(clockid_t clock) {
  struct timespec end;
  clock_gettime(clock, &end);
  end.tv_sec += 3600;
  return end;
}

static void with_nanosleep(void) { nanosleep(&hour, NULL); }
static void with_relative(void) { clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL); }
static void with_absolute(void) {
  struct timespec end = in_an_hour(CLOCK_MONOTONIC);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
}
static void with_absolute_wall(void) {
  struct timespec end = in_an_hour(CLOCK_REALTIME);
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &end, NULL);
}
static void with_poll(void) { poll(NULL, 0, 3600 * 1000); }
static void with_ppoll(void) { ppoll(NULL, 0, &hour, NULL); }
static void with_select(void) {
  struct timeval time = {3600, 0};
  select(0, NULL, NULL, NULL, &time);
}
static void with_pselect(void) { pselect(0, NULL, NULL, NULL, &hour, NULL); }
static void with_epoll(void) {
  struct epoll_event event;
  epoll_wait(epoll_create1(0), &event, 1, 3600 * 1000);
}
static void with_condition(clockid_t clock) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_condattr_t attributes;
  pthread_cond_t condition;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, clock);
  pthread_cond_init(&condition, &attributes);
  pthread_mutex_lock(&mutex);
  struct timespec end = in_an_hour(clock);
  pthread_cond_timedwait(&condition, &mutex, &end);
}
static void with_wall_condition(void) { with_condition(CLOCK_REALTIME); }
static void with_monotonic_condition(void) { with_condition(CLOCK_MONOTONIC); }
static void with_sigtimedwait(void) { sigtimedwait(&alarms, NULL, &hour); }
static void wait_for_alarm(void) {
  int which;
  sigwait(&alarms, &which);
}
static void with_interval_timer(void) {
  struct itimerval timer = {{0, 0}, {3600, 0}};
  setitimer(ITIMER_REAL, &timer, NULL);
  wait_for_alarm();
}
static void with_posix_timer(void) {
  timer_t timer;
  struct itimerspec time = {{0, 0}, hour};
  timer_create(CLOCK_MONOTONIC, NULL, &timer);
  timer_settime(timer, 0, &time, NULL);
  wait_for_alarm();
}
static void with_descriptor(int flags, struct timespec end) {
  uint64_t expirations;
  struct itimerspec time = {{0, 0}, end};
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  timerfd_settime(timer, flags, &time, NULL);
  if (read(timer, &expirations, sizeof expirations) < 0) perror("timerfd");
}
static void with_timerfd(void) { with_descriptor(0, hour); }
static void with_absolute_timerfd(void) { with_descriptor(TFD_TIMER_ABSTIME, in_an_hour(CLOCK_MONOTONIC)); }

static const struct {
  const char *name;
  void (*wait)(void);
} ways[] = {
    {"nanosleep", with_nanosleep},
    {"clock_nanosleep", with_relative},
    {"clock_nanosleep until", with_absolute},
    {"clock_nanosleep until, wall clock", with_absolute_wall},
    {"poll", with_poll},
    {"ppoll", with_ppoll},
    {"select", with_select},
    {"pselect", with_pselect},
    {"epoll_wait", with_epoll},
    {"condition, wall clock", with_wall_condition},
    {"condition, monotonic clock", with_monotonic_condition},
    {"sigtimedwait", with_sigtimedwait},
    {"setitimer", with_interval_timer},
    {"timer_create", with_posix_timer},
    {"timerfd", with_timerfd},
    {"timerfd until", with_absolute_timerfd},
};

int main(void) {
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarms, NULL);
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    printf("%s\n", ways[i].name);
    fflush(stdout);
    double wall = read_clock(CLOCK_REALTIME), monotonic = read_clock(CLOCK_MONOTONIC), day = read_day();
    time_t seconds = time(NULL);
    ways[i].wait();
    printf("%f %f %f %ld\n", read_clock(CLOCK_REALTIME) - wall, read_clock(CLOCK_MONOTONIC) - monotonic, read_day() - day,
           (long)(time(NULL) - seconds));
    fflush(stdout);
  }
  puts("end");
  return 0;
}
