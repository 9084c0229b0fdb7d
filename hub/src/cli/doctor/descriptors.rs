//! How many files and sockets this process may have open.

use super::finding::Finding;

/// Below this a hub with some thousand sessions runs out.
const ENOUGH: u64 = 16_384;
const LIMITS: &str = "/proc/self/limits";
const CHECK: &str = "descriptors";

pub(super) fn check() -> Finding {
    match std::fs::read_to_string(LIMITS).ok().as_deref().and_then(soft_limit) {
        Some(limit) => judge(limit),
        None => Finding::warning(CHECK, format!("{LIMITS} cannot be read"), "see `ulimit -n` yourself"),
    }
}

fn judge(limit: u64) -> Finding {
    if limit >= ENOUGH {
        return Finding::good(CHECK, format!("{limit} may be open"));
    }
    let found = format!("only {limit} may be open; every session needs one");
    Finding::warning(CHECK, found, "raise it: `ulimit -n 65536`, or LimitNOFILE=65536 in the unit")
}

/// The line reads `Max open files            1024                 524288               files`.
fn soft_limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::State;

    #[test]
    fn the_soft_limit_is_read() {
        let limits = "Limit  Soft  Hard  Units\nMax open files            1024                 524288               files\n";
        assert_eq!(soft_limit(limits), Some(1_024));
        assert_eq!(soft_limit("Max open files unlimited unlimited files"), Some(u64::MAX));
        assert_eq!(soft_limit(""), None);
    }

    #[test]
    fn too_few_are_worth_a_look() {
        assert_eq!(judge(1_024).state, State::Warning);
        assert_eq!(judge(65_536).state, State::Good);
    }
}
