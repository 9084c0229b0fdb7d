//! `hub/docs/protocol.md` says what the code does: frames, codes, methods, routes, settings and paths.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use hub::{
    cli::openapi,
    config,
    error::Code,
    ws::{close::Close, frames::Request},
};
use serde_json::Value;

/// The section of what nobody can build on yet.
const PROMISED: &str = "\n# Promised, not served yet\n";
/// What the document of the routes does not describe: the other door, itself, and the pages.
const BESIDE_OPENAPI: [&str; 8] = [
    "GET /ws",
    "GET /api/asyncapi.json",
    "GET /api/openapi.json",
    "GET /api/docs",
    "GET /",
    "GET /console/",
    "GET /sign-in",
    "GET /chat/{key}",
];
const VERBS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn hub_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(hub_folder().join("docs/protocol.md")).unwrap()
}

/// What works now.
fn served() -> String {
    document().split_once(PROMISED).unwrap().0.to_owned()
}

/// The rows of every table whose first cell is `first`.
fn rows<'a>(text: &'a str, first: &str) -> Vec<&'a str> {
    let start = format!("| {first} |");
    text.lines().filter(|line| line.starts_with(&start)).collect()
}

/// The cells of the first column, where each is one word in backticks, of the table headed `| heading |`.
fn first_column(text: &str, heading: &str) -> BTreeSet<String> {
    let lines = text.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |"))).skip(2);
    let cells = lines.take_while(|line| line.starts_with('|')).filter_map(|line| line.split('`').nth(1));
    cells.map(str::to_owned).collect()
}

/// Everything in backticks outside the frames.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.lines().flat_map(|line| line.split('`').skip(1).step_by(2))).collect()
}

#[test]
fn every_golden_frame_is_quoted_under_its_name() {
    let (text, mut frames) = (document(), 0);
    for entry in fs::read_dir(hub_folder().join("tests/fixtures/frames")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let shown = text.split_once(&format!("**{name}**\n\n```json\n")).map(|(_, rest)| rest);
        let shown = shown.and_then(|rest| rest.split("```").next());
        let shown: Value =
            serde_json::from_str(shown.unwrap_or_else(|| panic!("{name} is not quoted"))).unwrap();
        let golden: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(shown, golden, "{name}");
        frames += 1;
    }
    assert_eq!(text.matches(".json**\n\n```json\n").count(), frames, "a frame is quoted that is not golden");
}

#[test]
fn every_error_code_stands_once_with_its_numbers() {
    let text = document();
    for code in Code::ALL {
        let retryable = if code.retryable() { "yes" } else { "no" };
        let promised = format!("| `{code}` | {} | {} | {retryable} |", code.http_status(), code.rpc_code());
        let rows = rows(&text, &format!("`{code}`"));
        assert_eq!(rows.len(), 1, "{code}");
        assert!(rows[0].starts_with(&promised), "{} is not {promised}", rows[0]);
    }
}

#[test]
fn every_close_code_stands_with_its_reason() {
    let text = served();
    for close in std::iter::successors(Some(Close::GoingAway), |close| following(*close)) {
        let row = format!("| {} | `{}` |", close.code(), close.word());
        assert_eq!(text.matches(&row).count(), 1, "{row}");
    }
}

/// The next close code, so that a new one cannot be forgotten here.
fn following(close: Close) -> Option<Close> {
    Some(match close {
        Close::GoingAway => Close::NoHeartbeat,
        Close::NoHeartbeat => Close::NoAuthentication,
        Close::NoAuthentication => Close::TooSlow,
        Close::TooSlow => Close::Resync,
        Close::Resync => Close::RateLimited { retry_after_s: 12 },
        Close::RateLimited { .. } => Close::Unauthorised,
        Close::Unauthorised => Close::TokenExpired,
        Close::TokenExpired => Close::Revoked,
        Close::Revoked => Close::ProtocolViolation,
        Close::ProtocolViolation => Close::Replaced,
        Close::Replaced => return None,
    })
}

#[test]
fn the_methods_of_the_table_are_those_of_the_door() {
    let methods: BTreeSet<String> = Request::METHODS.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(first_column(&served(), "method"), methods);
}

#[test]
fn the_routes_of_the_tables_are_those_of_the_door() {
    let api = openapi::document(&config::load(None).unwrap()).unwrap();
    let api: Value = serde_json::from_str(&api).unwrap();
    let mut routes: BTreeSet<String> = BESIDE_OPENAPI.map(str::to_owned).into();
    for (path, item) in api["paths"].as_object().unwrap() {
        let verbs = VERBS.iter().filter(|verb| item.get(verb.to_ascii_lowercase()).is_some());
        routes.extend(verbs.map(|verb| format!("{verb} {path}")));
    }
    let text = served();
    let tables =
        text.lines().filter(|line| VERBS.iter().any(|verb| line.starts_with(&format!("| `{verb} "))));
    let shown: BTreeSet<String> =
        tables.filter_map(|line| line.split('`').nth(1)).map(str::to_owned).collect();
    assert_eq!(shown, routes);
}

#[test]
fn every_setting_stands_in_the_table() {
    let text = served();
    let named: BTreeSet<&str> = quoted(&text).into_iter().collect();
    let settings = fs::read_to_string(hub_folder().join("src/config/default.toml")).unwrap();
    let mut section = "";
    for line in settings.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name;
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            assert!(named.contains(format!("{section}.{key}").as_str()), "{section}.{key}");
        }
    }
}

#[test]
fn every_path_of_the_repository_exists() {
    let (text, root) = (document(), hub_folder().parent().unwrap());
    let of_ours = |path: &&str| {
        let first = path.split('/').next().unwrap_or_default();
        path.contains('/') && !path.contains(' ') && !matches!(first, "" | ".") && root.join(first).is_dir()
    };
    let paths: Vec<PathBuf> = quoted(&text).into_iter().filter(of_ours).map(|path| root.join(path)).collect();
    assert!(paths.len() > 2, "{paths:?}");
    let gone: Vec<_> = paths.iter().filter(|path| !path.exists()).collect();
    assert!(gone.is_empty(), "{gone:?}");
}
