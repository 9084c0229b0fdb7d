//! The judgement: what was said in each conversation against what each session heard. Pure.

use crate::report::Report;

/// How much was heard, and examples of every kind of broken promise.
#[derive(Debug, Default)]
pub(super) struct Findings {
    said: usize,
    heard: usize,
    missed: Vec<String>,
    twice: Vec<String>,
    never_said: Vec<String>,
}

impl Findings {
    pub(super) fn tell(&self, report: &mut Report) {
        let counts = [("messages said", self.said), ("messages heard, by all sessions", self.heard)];
        let broken = [
            ("said and not heard", self.missed.as_slice()),
            ("heard more than once", &self.twice),
            ("heard and never said", &self.never_said),
        ];
        report.promises("events over all storms (bar: 0 but for the first two)", &counts, &broken);
    }
}

/// `said` by conversation, `heard` with the conversation each session listened to: every `seq`, ascending.
pub(super) fn audit(said: &[Vec<u64>], heard: &[(usize, Vec<u64>)]) -> Findings {
    let mut findings = Findings {
        said: said.iter().map(Vec::len).sum(),
        heard: heard.iter().map(|(_, of_one)| of_one.len()).sum(),
        ..Findings::default()
    };
    for (session, (conversation, of_one)) in heard.iter().enumerate() {
        let due = said.get(*conversation).map(Vec::as_slice).unwrap_or_default();
        let mut sorted = of_one.clone();
        sorted.sort_unstable();
        let name = |seq: &u64| format!("{seq} by session {session}");
        let twice = sorted.windows(2).filter(|pair| pair[0] == pair[1]);
        findings.twice.extend(twice.map(|pair| name(&pair[0])));
        findings.missed.extend(due.iter().filter(|seq| sorted.binary_search(seq).is_err()).map(name));
        findings.never_said.extend(sorted.iter().filter(|seq| due.binary_search(seq).is_err()).map(name));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(heard: &[u64]) -> [usize; 3] {
        let findings = audit(&[vec![1, 4, 9], vec![2]], &[(0, heard.to_vec()), (1, vec![2])]);
        [findings.missed.len(), findings.twice.len(), findings.never_said.len()]
    }

    #[test]
    fn each_session_hears_its_own_conversation_once() {
        assert_eq!(broken(&[1, 4, 9]), [0, 0, 0]);
        assert_eq!(broken(&[1, 9]), [1, 0, 0]);
        assert_eq!(broken(&[1, 4, 4, 9]), [0, 1, 0]);
        assert_eq!(broken(&[1, 2, 4, 9]), [0, 0, 1]);
        assert_eq!(broken(&[]), [3, 0, 0]);
    }
}
