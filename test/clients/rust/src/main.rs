//! The shop of programs.test.ts with the AWS SDK for Rust.
use std::env;
use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_personalize::Client;
use aws_sdk_personalize::config::{BehaviorVersion, Region};
use aws_sdk_personalize::error::ProvideErrorMetadata;
use aws_sdk_personalize::types::DataSource;
use aws_sdk_personalizeevents::primitives::DateTime;
use aws_sdk_personalizeevents::types::{Event, Item, User};
use aws_smithy_http_client::Builder;
use aws_types::SdkConfig;

type Outcome<Value> = Result<Value, Box<dyn Error>>;

const ARN: &str = "arn:aws:personalize:us-east-1:000000000000";
const ROLE: &str = "arn:aws:iam::000000000000:role/personalize";
const DAY: Duration = Duration::from_secs(86_400);

fn say(texts: &[&str]) {
    println!("{texts:?}");
}

fn settings() -> Outcome<SdkConfig> {
    let (key, secret) = (env::var("AWS_ACCESS_KEY_ID")?, env::var("AWS_SECRET_ACCESS_KEY")?);
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(env::var("AWS_ENDPOINT_URL")?)
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::from_keys(key, secret, None)))
        .http_client(Builder::new().build_http())
        .build())
}

fn user(id: &str, properties: &str) -> Outcome<User> {
    Ok(User::builder().user_id(id).properties(properties).build()?)
}

fn item(id: &str) -> Outcome<Item> {
    let genres = r#"{"genres": "Horror|Action", "creationTimestamp": 1570003267}"#;
    Ok(Item::builder().item_id(id).properties(genres).build()?)
}

fn is_over(status: &str) -> bool {
    !status.ends_with("PENDING") && !status.ends_with("IN_PROGRESS")
}

/// Asks for a status until it is one that stays.
macro_rules! active {
    ($status:expr) => {
        loop {
            let status: String = $status.status().unwrap_or_default().into();
            if is_over(&status) {
                break status;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let settings = settings()?;
    let personalize = Client::new(&settings);
    let events = aws_sdk_personalizeevents::Client::new(&settings);
    let runtime = aws_sdk_personalizeruntime::Client::new(&settings);

    let group = personalize.create_dataset_group().name("shop").send().await?;
    let group = group.dataset_group_arn().unwrap();
    for kind in ["Users", "Items", "Interactions"] {
        let text = env::var(format!("SCHEMA_{}", kind.to_uppercase()))?;
        let schema = personalize.create_schema().name(format!("shop-{kind}")).schema(text).send().await?;
        let dataset = personalize.create_dataset().name(kind).dataset_type(kind).dataset_group_arn(group);
        dataset.schema_arn(schema.schema_arn().unwrap()).send().await?;
    }
    let users = format!("{ARN}:dataset/shop/USERS");
    let described = personalize.describe_dataset().dataset_arn(&users).send().await?;
    let dataset = described.dataset().unwrap();
    let (name, kind, status) = (dataset.dataset_arn(), dataset.dataset_type(), dataset.status());
    say(&["dataset", name.unwrap(), kind.unwrap(), status.unwrap()]);
    let created = SystemTime::try_from(*dataset.creation_date_time().unwrap())?;
    let age = SystemTime::now().duration_since(created).unwrap_or_else(|ahead| ahead.duration());
    say(&["created today", if age < DAY { "true" } else { "false" }]);
    let tracker = personalize.create_event_tracker().name("web").dataset_group_arn(group).send().await?;
    let tracker = tracker.tracking_id().unwrap();

    for (id, properties) in [
        ("u1", r#"{"membershipType": "Member|Frequent shopper", "numberOfVideosWatched": 45}"#),
        ("u2", r#"{"membershipType": "Member"}"#),
        ("u2", r#"{"membershipType": "Guest"}"#),
        ("жук ☕", r#"{"membershipType": "naïve"}"#),
    ] {
        events.put_users().dataset_arn(&users).users(user(id, properties)?).send().await?;
    }
    let items = events.put_items().dataset_arn(format!("{ARN}:dataset/shop/ITEMS"));
    items.items(item("i1")?).items(item("i2")?).send().await?;
    for (id, seen) in [("u1", "i1"), ("u2", "i1"), ("u2", "i2")] {
        let event = Event::builder()
            .event_type("rating")
            .sent_at(DateTime::from_secs(1_553_631_782))
            .item_id(seen)
            .event_value(4.5)
            .impression("i2")
            .impression("i1")
            .build()?;
        events.put_events().tracking_id(tracker).user_id(id).session_id("s1").event_list(event).send().await?;
    }

    let member = r#"{"membershipType": "Member"}"#;
    let many = (0..11).map(|n| user(&n.to_string(), member)).collect::<Outcome<Vec<User>>>()?;
    let refused = events.put_users().dataset_arn(&users).set_users(Some(many)).send().await;
    let refused = refused.expect_err("11 users are refused").into_service_error();
    assert!(refused.is_invalid_input_exception());
    say(&["refused", refused.code().unwrap(), refused.message().unwrap()]);
    let none = personalize.describe_dataset().dataset_arn(format!("{ARN}:dataset/none/USERS")).send().await;
    let none = none.expect_err("there is no such dataset").into_service_error();
    assert!(none.is_resource_not_found_exception());
    say(&["refused", none.code().unwrap(), none.message().unwrap()]);

    let mut pages = personalize.list_datasets().dataset_group_arn(group).max_results(2).into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page?;
        let names = page.datasets().iter().filter_map(|dataset| dataset.name());
        say(&["datasets"].into_iter().chain(names).collect::<Vec<_>>());
    }

    let source = DataSource::builder().data_location("s3://bucket/users.csv").build();
    let importing = personalize.create_dataset_import_job().job_name("users").dataset_arn(&users);
    let job = importing.data_source(source).role_arn(ROLE).send().await?;
    let job = job.dataset_import_job_arn().unwrap();
    let describing = personalize.describe_dataset_import_job().dataset_import_job_arn(job);
    let status = active!(describing.clone().send().await?.dataset_import_job().unwrap());
    say(&["import", &status]);

    let recipe = "arn:aws:personalize:::recipe/aws-popularity-count";
    let solution = personalize.create_solution().name("popular").dataset_group_arn(group).recipe_arn(recipe);
    let solution = solution.send().await?;
    let solution = solution.solution_arn().unwrap();
    let version = personalize.create_solution_version().solution_arn(solution).send().await?;
    let version = version.solution_version_arn().unwrap();
    let describing = personalize.describe_solution_version().solution_version_arn(version);
    let status = active!(describing.clone().send().await?.solution_version().unwrap());
    say(&["training", &status]);
    let campaign = personalize.create_campaign().name("popular").solution_version_arn(version);
    let campaign = campaign.min_provisioned_tps(1).send().await?;
    let campaign = campaign.campaign_arn().unwrap();
    let describing = personalize.describe_campaign().campaign_arn(campaign);
    let status = active!(describing.clone().send().await?.campaign().unwrap());
    say(&["campaign", &status]);
    let found = runtime.get_recommendations().campaign_arn(campaign).user_id("u1").num_results(2).send().await?;
    let ids = found.item_list().iter().filter_map(|item| item.item_id());
    say(&["recommended"].into_iter().chain(ids).collect::<Vec<_>>());
    Ok(())
}
