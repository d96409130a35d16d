//! A service on the AWS SDK for Rust with its default configuration; without TLS, which needs minutes to build.

use aws_config::BehaviorVersion;

#[tokio::main]
async fn main() {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    let sts = aws_sdk_sts::Client::new(&config);
    probes::forever(move || {
        let sts = sts.clone();
        async move { sts.get_caller_identity().send().await.map(drop) }
    })
    .await;
}
