//! Holds both sides of the protocol to the frames in `hub/tests/fixtures/frames/`, which the documentation quotes.

mod requests;
mod server_frames;
mod signals;

use std::{collections::BTreeSet, fs, path::PathBuf};

use entities::Timestamp;
use serde_json::Value;
use uuid::Uuid;

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "frames"].iter().collect()
}

fn golden_text(name: &str) -> String {
    let path = folder().join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn golden(name: &str) -> Value {
    serde_json::from_str(&golden_text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The id of the golden frames that ends in `last`.
fn id(last: u8) -> Uuid {
    Uuid::from_u128(0x0193_9f3e_5b5e_7c3a_9a59_0a0b_0c0d_0e00 | u128::from(last))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_golden_frame_is_compared() {
    let compared: BTreeSet<String> = requests::expected()
        .into_iter()
        .map(|(request, _)| request.method().to_owned())
        .chain(server_frames::encoded().into_iter().map(|(name, _)| name.to_owned()))
        .collect();
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let there: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(compared, there);
}
