//! How does a probe call again and again? Workers that call, tell each failure in one line, and pause.

use std::{env, error::Error, future::Future, time::Duration};

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What went wrong with its causes, in one line.
fn line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text.replace('\n', " ")
}

pub async fn forever<Call, Answer, Failure>(call: Call)
where
    Call: Fn() -> Answer + Clone + Send + 'static,
    Answer: Future<Output = Result<(), Failure>> + Send + 'static,
    Failure: Error + Send + 'static,
{
    let pause = Duration::from_secs(number("PROBE_PAUSE_SECONDS", 30));
    let workers: Vec<_> = (0..number("PROBE_WORKERS", 1))
        .map(|_| {
            let call = call.clone();
            tokio::spawn(async move {
                loop {
                    if let Err(error) = call().await {
                        eprintln!("{}", line(&error));
                    }
                    tokio::time::sleep(pause).await;
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker ends never");
    }
}
