//! The JavaScript client's own tests, in `*.test.mjs` beside this file.

use std::{path::Path, process::Command};

#[test]
fn the_client_keeps_what_its_own_tests_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let files = ["client.test.mjs", "outbox.test.mjs"].map(|name| folder.join(name));
    let Ok(output) = Command::new("node").arg("--test").args(files).output() else {
        return super::missing("node").unwrap_or_default();
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
