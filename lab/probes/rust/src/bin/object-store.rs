//! A service on object_store, as DataFusion and delta-rs use it.

use futures::TryStreamExt;
use object_store::{ObjectStore, aws::AmazonS3Builder};
use std::{env, sync::Arc};

#[tokio::main]
async fn main() {
    let imds = env::var("AWS_EC2_METADATA_SERVICE_ENDPOINT").expect("the address of the metadata service");
    let store = AmazonS3Builder::from_env()
        .with_bucket_name("mybucket")
        .with_metadata_endpoint(imds.trim_end_matches('/'))
        .with_allow_http(true)
        .build()
        .expect("a store");
    let store = Arc::new(store);
    probes::forever(move || {
        let store = store.clone();
        async move { store.list(None).try_for_each(|_| async { Ok(()) }).await }
    })
    .await;
}
