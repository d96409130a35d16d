// Waits an hour in each way that Rust's standard library offers, and says how long it was on both of its clocks.

use std::sync::{mpsc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

const HOUR: Duration = Duration::from_secs(3600);

fn measure(name: &str, wait: impl FnOnce()) {
    println!("{name}");
    let (wall, monotonic) = (SystemTime::now(), Instant::now());
    wait();
    println!("{} {}", wall.elapsed().unwrap().as_secs_f64(), monotonic.elapsed().as_secs_f64());
}

fn main() {
    measure("thread::sleep", || thread::sleep(HOUR));
    measure("thread::park_timeout", || thread::park_timeout(HOUR));
    measure("a channel", || {
        let (_sender, receiver) = mpsc::channel::<()>();
        let _ = receiver.recv_timeout(HOUR);
    });
    measure("a condition variable", || {
        let mutex = Mutex::new(());
        let _ = Condvar::new().wait_timeout(mutex.lock().unwrap(), HOUR);
    });
    println!("end");
}
