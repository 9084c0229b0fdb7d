//! Backups: taken from a hub that runs, brought back where nothing was, and refused wherever something would be lost.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
};

use migrations::testing::PostgresDatabase;
use serde_json::Value;

use super::process::{Ended, Hub, execute, pretend_a_later_version, run, run_as, run_with};

const URL: &str = "SWITCHBOARD__DATABASE__URL";

/// An installation to lose, one to come back to, and a backup between them.
struct Ground {
    folder: tempfile::TempDir,
    databases: Option<[PostgresDatabase; 2]>,
}

impl Ground {
    fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), databases: None }
    }

    /// Over both databases, as far as they are there.
    fn both() -> Vec<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let [lost, found] = [0, 1].map(|_| runtime.block_on(PostgresDatabase::create()));
        let postgres = lost.zip(found).map(|(lost, found)| [lost, found]);
        let postgres = postgres.map(|databases| Self { databases: Some(databases), ..Self::sqlite() });
        [Some(Self::sqlite()), postgres].into_iter().flatten().collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of an installation.
    fn data(&self, name: &str) -> PathBuf {
        let data = self.path(name);
        fs::create_dir_all(&data).unwrap();
        data
    }

    fn copy(&self) -> String {
        self.path("copy").display().to_string()
    }

    /// Its database, in the environment: the first is lost, the second found.
    fn environment(&self, index: usize) -> Vec<(&'static str, String)> {
        self.databases.iter().map(|databases| (URL, databases[index].url())).collect()
    }

    fn lost(&self, arguments: &[&str]) -> Ended {
        self.run(("old", 0), arguments)
    }

    fn found(&self, arguments: &[&str]) -> Ended {
        self.run(("new", 1), arguments)
    }

    fn run(&self, (data, index): (&str, usize), arguments: &[&str]) -> Ended {
        let environment = self.environment(index);
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run_with(&environment, &self.data(data), arguments)
    }

    /// A hub on the installation.
    fn serve(&self, (data, index): (&str, usize)) -> Hub {
        let environment = self.environment(index);
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Hub::start_with(&environment, &self.data(data))
    }

    /// A backup of an installation with one tenant.
    fn backed_up() -> Self {
        let ground = Self::sqlite();
        found(&ground);
        good(&ground.lost(&["backup", &ground.copy()]));
        ground
    }
}

fn found(ground: &Ground) {
    good(&ground.lost(&["tenant", "create", "--name", "Acme", "--owner", "a@b.example"]));
}

fn good(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{} {}", ended.output, ended.errors);
}

fn refused(ended: &Ended, code: i32, saying: &str) {
    assert_eq!(ended.code, Some(code), "{} {}", ended.output, ended.errors);
    assert!(ended.errors.contains(saying), "{} lacks {saying}", ended.errors);
}

/// Everything in a folder, with what it holds.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            let within = if path.is_dir() { inside(&path) } else { Vec::new() };
            [vec![path], within].concat()
        })
        .collect()
}

#[test]
fn a_hub_that_runs_is_copied_and_another_goes_on_where_it_was() {
    for ground in Ground::both() {
        let hub = ground.serve(("old", 0));
        let taken = ground.lost(&["backup", "--json", &ground.copy()]);
        good(&taken);
        let manifest: Value = serde_json::from_str(&taken.output).unwrap();
        assert_eq!(
            (&manifest["tenants"], &manifest["keys"]["master"]["included"]),
            (&1.into(), &true.into())
        );
        assert_eq!(hub.get("/health/ready").0, 200, "it goes on");
        drop(hub);
        for path in inside(&ground.path("copy")) {
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "others can read {}", path.display());
        }
        good(&ground.found(&["restore", "--check", &ground.copy()]));
        let restored = ground.found(&["restore", "--json", &ground.copy()]);
        good(&restored);
        let told: Value = serde_json::from_str(&restored.output).unwrap();
        assert_eq!((&told["logs"], &told["as_of"]), (&1.into(), &manifest["as_of"]));
        let hub = ground.serve(("new", 1));
        assert!(!hub.output().contains("/sign-in#"), "it is no first start: {}", hub.output());
        assert!(hub.stop());
        let again = ground.found(&["restore", &ground.copy()]);
        refused(&again, 5, "is there already");
    }
}

#[test]
fn a_backup_goes_into_a_folder_of_its_own_and_leaves_nothing_when_it_fails() {
    let ground = Ground::sqlite();
    let copy = ground.path("copy");
    refused(&ground.lost(&["backup", &ground.copy()]), 5, "there is no store");
    found(&ground);
    fs::create_dir(&copy).unwrap();
    fs::write(copy.join("mine"), "").unwrap();
    refused(&ground.lost(&["backup", &ground.copy()]), 5, "is not empty");
    fs::remove_file(copy.join("mine")).unwrap();
    good(&ground.lost(&["backup", &ground.copy()]));
    let left: Vec<_> =
        fs::read_dir(ground.folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the installation and its copy: {left:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let ground = Ground::sqlite();
    found(&ground);
    fs::set_permissions(ground.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (data, copy, nobody) = (ground.data("old"), ground.copy(), Some(65_534));
    for path in [vec![data.clone()], inside(&data)].concat() {
        if chown(path, nobody, nobody).is_err() {
            return eprintln!("skipped: only root can run the hub as somebody else");
        }
    }
    let ended = run_as(65_534, &data, &["backup", &copy]).unwrap();
    refused(&ended, 1, ground.folder.path().to_str().unwrap());
    assert!(!ground.path("copy").exists());
}

#[test]
fn a_backup_that_was_changed_is_not_brought_back() {
    let ground = Ground::backed_up();
    let database = ground.path("copy/database/switchboard.db");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&database, bytes).unwrap();
    let copy = ground.copy();
    for arguments in [&["restore", "--check", &copy][..], &["restore", &copy]] {
        refused(&ground.found(arguments), 1, "database/switchboard.db is not as it was written");
    }
    assert_eq!(inside(&ground.data("new")), Vec::<PathBuf>::new());
    fs::remove_file(ground.path("copy/backup.json")).unwrap();
    refused(&ground.found(&["restore", &ground.copy()]), 1, "not a whole backup");
}

/// A log that says something else than when it was copied, under hashes that are right: the copy was wrong from the beginning.
#[test]
fn a_log_that_is_not_the_one_that_was_copied_is_noticed_and_nothing_is_left() {
    let ground = Ground::backed_up();
    let copy = ground.path("copy");
    let logs = fs::read_to_string(copy.join("logs.jsonl")).unwrap();
    let mut line: Value = serde_json::from_str(&logs).unwrap();
    line["sha256"] = "0".repeat(64).into();
    fs::write(copy.join("logs.jsonl"), format!("{line}\n")).unwrap();
    hash_anew(&copy);
    refused(&ground.found(&["restore", "--check", &ground.copy()]), 1, "the log of tenant");
    refused(&ground.found(&["restore", &ground.copy()]), 1, "the log of tenant");
    assert_eq!(inside(&ground.data("new")), Vec::<PathBuf>::new());
}

/// Writes the list and the manifest of a backup as its files are now.
fn hash_anew(copy: &Path) {
    use data_encoding::HEXLOWER;
    let sum = |bytes: &[u8]| HEXLOWER.encode(entities::Digest::of(bytes).as_bytes());
    let list = fs::read_to_string(copy.join("files.jsonl")).unwrap();
    let list: String = list
        .lines()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let bytes = fs::read(copy.join(line["path"].as_str().unwrap())).unwrap();
            (line["size"], line["sha256"]) = (bytes.len().into(), sum(&bytes).into());
            format!("{line}\n")
        })
        .collect();
    let manifest = fs::read_to_string(copy.join("backup.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&manifest).unwrap();
    manifest["files_sha256"] = sum(list.as_bytes()).into();
    fs::write(copy.join("files.jsonl"), list).unwrap();
    fs::write(copy.join("backup.json"), manifest.to_string()).unwrap();
}

#[test]
fn a_copy_of_a_later_schema_that_took_something_away_is_refused_and_nothing_is_left() {
    let ground = Ground::backed_up();
    pretend_a_later_version(&ground.path("copy/database/switchboard.db"), "contract");
    hash_anew(&ground.path("copy"));
    refused(&ground.found(&["restore", &ground.copy()]), 4, "m9999_later");
    assert_eq!(inside(&ground.data("new")), Vec::<PathBuf>::new());
}

#[test]
fn a_copy_on_a_server_that_cannot_be_finished_leaves_the_database_empty() {
    for ground in Ground::both().into_iter().skip(1) {
        found(&ground);
        let files = ground.path("old/attachments").join(uuid::Uuid::now_v7().to_string());
        fs::create_dir_all(&files).unwrap();
        fs::write(files.join("a file"), "for ever").unwrap();
        good(&ground.lost(&["backup", &ground.copy()]));
        let logs = ground.path("copy/logs.jsonl");
        fs::write(&logs, "{}\n").unwrap();
        hash_anew(&ground.path("copy"));
        refused(&ground.found(&["restore", &ground.copy()]), 1, "the log of tenant");
        assert_eq!(inside(&ground.data("new")), Vec::<PathBuf>::new());
        good(&ground.found(&["migrate"]));
        refused(&ground.found(&["restore", &ground.copy()]), 5, "is there already");
    }
}

#[test]
fn keys_that_are_left_out_must_be_there_already_and_be_the_right_ones() {
    let ground = Ground::sqlite();
    found(&ground);
    let taken = ground.lost(&["backup", "--without-keys", &ground.copy()]);
    assert!(taken.output.contains("WITHOUT the master"), "{}", taken.output);
    assert!(!ground.path("copy/keys").exists());
    refused(&ground.found(&["restore", &ground.copy()]), 5, "holds no master key");
    let put = |name: &str, text: &str| {
        let folder = ground.path("new/keys");
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(folder.join(name), text).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600)).unwrap();
    };
    put("master", &"ab".repeat(32));
    refused(&ground.found(&["restore", &ground.copy()]), 5, "is not the key of this backup");
    for name in ["master", "signing"] {
        put(name, &fs::read_to_string(ground.path("old/keys").join(name)).unwrap());
    }
    good(&ground.found(&["restore", &ground.copy()]));
}

#[test]
fn a_store_whose_restore_broke_off_is_nobodys() {
    for ground in Ground::both() {
        found(&ground);
        good(&ground.lost(&["backup", &ground.copy()]));
        let half = ground.data("new").join("switchboard.db.restoring");
        match &ground.databases {
            Some([_, database]) => execute(&database.url(), "CREATE TABLE restoring (began bigint)"),
            None => drop(fs::copy(ground.path("copy/database/switchboard.db"), &half).unwrap()),
        }
        let copy = ground.copy();
        for arguments in [&["serve"][..], &["migrate"], &["restore", &copy]] {
            refused(&ground.found(arguments), 4, "a restore broke off here");
        }
        assert_eq!(ground.found(&["doctor"]).code, Some(6));
        match &ground.databases {
            Some([_, database]) => execute(&database.url(), "DROP TABLE restoring"),
            None => fs::remove_file(half).unwrap(),
        }
        assert_eq!(inside(&ground.data("new")), Vec::<PathBuf>::new(), "nobody made anything");
        good(&ground.found(&["restore", &copy]));
    }
}

#[test]
fn a_store_that_was_restored_in_another_way_is_made_to_go_on() {
    for ground in Ground::both() {
        found(&ground);
        let in_place = ["restore", "--in-place", "--as-of", "2026-01-01T00:00:00Z", "--json"];
        let told = ground.lost(&in_place);
        good(&told);
        let told: Value = serde_json::from_str(&told.output).unwrap();
        assert_eq!((&told["logs"], &told["as_of"]), (&1.into(), &"2026-01-01T00:00:00.000Z".into()));
        let hub = ground.serve(("old", 0));
        if ground.databases.is_some() {
            refused(&ground.lost(&in_place), 5, "stop every node first");
        }
        assert!(hub.stop());
    }
}

#[test]
fn what_makes_no_sense_on_the_command_line_is_not_understood() {
    let data = tempfile::tempdir().unwrap();
    for arguments in [
        &["restore"][..],
        &["restore", "--in-place"],
        &["restore", "--as-of", "2026-01-01T00:00:00Z", "folder"],
        &["restore", "--in-place", "--as-of", "yesterday"],
        &["backup"],
    ] {
        assert_eq!(run(data.path(), arguments).code, Some(2), "{arguments:?}");
    }
}
