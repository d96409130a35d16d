// A service that calls AWS each second until SIGTERM, with the AWS SDK for Rust; the word on its command line says how it comes by its
// keys. `good` leaves that to the SDK. The others fetch them over HTTP and sign with what they have, each with a mistake that is made in
// the field.

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sts::error::DisplayErrorContext;
use aws_sdk_sts::primitives::{DateTime, DateTimeFormat};
use aws_smithy_http_client::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

type Failure = Box<dyn Error + Send + Sync>;

const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);

/// One set, as the metadata service gave it.
#[derive(Clone)]
struct Keys {
    expiration: SystemTime,
    client: Client,
}

async fn client_with(provider: Option<Credentials>) -> Client {
    let loader = aws_config::from_env().http_client(Builder::new().build_http()).retry_config(RetryConfig::disabled());
    let settings = match provider {
        Some(credentials) => loader.credentials_provider(SharedCredentialsProvider::new(credentials)).load().await,
        None => loader.load().await,
    };
    Client::new(&settings)
}

async fn call(client: &Client) -> Result<(), Failure> {
    match client.get_caller_identity().send().await {
        Ok(_) => Ok(()),
        Err(refusal) => Err(DisplayErrorContext(refusal).to_string().into()),
    }
}

fn ask(method: minreq::Method, path: &str, header: Option<(&str, &str)>) -> Result<String, Failure> {
    let endpoint = std::env::var("AWS_EC2_METADATA_SERVICE_ENDPOINT")?;
    let mut request = minreq::Request::new(method, format!("{endpoint}{path}")).with_timeout(5);
    if let Some((name, value)) = header {
        request = request.with_header(name, value);
    }
    let answer = request.send()?;
    if answer.status_code != 200 {
        return Err(format!("{path}: {}", answer.status_code).into());
    }
    Ok(answer.as_str()?.to_owned())
}

fn ask_for_keys(version: u8) -> Result<serde_json::Value, Failure> {
    let token = match version {
        1 => None,
        _ => Some(ask(minreq::Method::Put, "/latest/api/token", Some(("X-aws-ec2-metadata-token-ttl-seconds", "21600")))?),
    };
    let header = token.as_deref().map(|token| ("X-aws-ec2-metadata-token", token));
    let roles = "/latest/meta-data/iam/security-credentials/";
    let role = ask(minreq::Method::Get, roles, header)?;
    let text = ask(minreq::Method::Get, &format!("{roles}{role}"), header)?;
    Ok(serde_json::from_str(&text)?)
}

async fn fetch(version: u8) -> Result<Keys, Failure> {
    let given = tokio::task::spawn_blocking(move || ask_for_keys(version)).await??;
    let member = |name: &str| given[name].as_str().map(str::to_owned).ok_or(format!("no {name}"));
    let expiration = SystemTime::try_from(DateTime::from_str(&member("Expiration")?, DateTimeFormat::DateTime)?)?;
    let credentials = Credentials::new(
        member("AccessKeyId")?,
        member("SecretAccessKey")?,
        Some(member("Token")?),
        None,
        "metadata service",
    );
    Ok(Keys { expiration, client: client_with(Some(credentials)).await })
}

async fn each_second<Work: Future<Output = Result<(), Failure>>>(mut work: impl FnMut() -> Work) -> Result<(), Failure> {
    loop {
        if let Err(problem) = work().await {
            eprintln!("{problem}");
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn early(version: u8, first: Option<Keys>) -> Result<(), Failure> {
    let kept = Mutex::new(first);
    each_second(async || {
        let held = kept.lock().unwrap().clone();
        let keys = match held {
            Some(keys) if keys.expiration > SystemTime::now() + TEN_MINUTES => keys,
            _ => fetch(version).await?,
        };
        *kept.lock().unwrap() = Some(keys.clone());
        call(&keys.client).await
    })
    .await
}

async fn good() -> Result<(), Failure> {
    let client = client_with(None).await;
    each_second(|| call(&client)).await
}

/// https://github.com/durch/rust-s3/issues/163
async fn forever() -> Result<(), Failure> {
    let Keys { client, .. } = fetch(2).await?;
    each_second(|| call(&client)).await
}

/// Whoever waits for the refusal has lost a call.
async fn after_failure() -> Result<(), Failure> {
    let kept = Mutex::new(fetch(2).await?);
    each_second(async || {
        let keys = kept.lock().unwrap().clone();
        let called = call(&keys.client).await;
        if called.is_err() {
            *kept.lock().unwrap() = fetch(2).await?;
        }
        called
    })
    .await
}

/// Workers begin with the keys of whoever started them, and each asks for new ones itself, all at the same time.
async fn stampede() -> Result<(), Failure> {
    let first = fetch(2).await?;
    for _ in 1..20 {
        tokio::spawn(early(2, Some(first.clone())));
    }
    early(2, Some(first)).await
}

/// A task sleeps until it is time for new ones, but its margin of five minutes has the wrong sign.
async fn timer() -> Result<(), Failure> {
    let kept = Arc::new(Mutex::new(fetch(2).await?));
    let renewed = kept.clone();
    tokio::spawn(async move {
        loop {
            let due = renewed.lock().unwrap().expiration + FIVE_MINUTES;
            sleep(due.duration_since(SystemTime::now()).unwrap_or_default()).await;
            if let Ok(keys) = fetch(2).await {
                *renewed.lock().unwrap() = keys;
            }
        }
    });
    each_second(async || {
        let keys = kept.lock().unwrap().clone();
        call(&keys.client).await
    })
    .await
}

async fn run(word: &str) -> Result<(), Failure> {
    match word {
        "good" => good().await,
        "forever" => forever().await,
        "after-failure" => after_failure().await,
        "stampede" => stampede().await,
        "imdsv1" => early(1, None).await,
        "timer" => timer().await,
        _ => Err(format!("there is no {word}").into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut asked = signal(SignalKind::terminate())?;
    let word = std::env::args().nth(1).unwrap_or_default();
    tokio::select! {
        ended = run(&word) => ended,
        _ = asked.recv() => Ok(()),
    }
}
