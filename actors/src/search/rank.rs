//! How well a message answers a question, among messages that all have its words.

use std::collections::HashMap;

use entities::terms;

use super::words::Words;

/// From which number on more of the same word adds little (BM25's k1).
const SATURATION: f64 = 1.2;

/// How much being longer than others takes away (BM25's b).
const LENGTH: f64 = 0.75;

/// The order of `bodies`, the best first; of two that are as good the one that stood first.
pub(super) fn order(bodies: &[&str], words: &Words) -> Vec<usize> {
    let counted: Vec<Counted> = bodies.iter().map(|body| Counted::of(body, words)).collect();
    let whole: usize = counted.iter().map(|counted| counted.length).sum();
    let usual = (whole as f64 / counted.len().max(1) as f64).max(1.0);
    let mut order: Vec<(usize, f64)> =
        counted.iter().map(|counted| counted.score(usual)).enumerate().collect();
    order.sort_by(|one, other| other.1.total_cmp(&one.1));
    order.into_iter().map(|(index, _)| index).collect()
}

/// How often a body has which word.
struct Counted {
    times: HashMap<usize, f64>,
    length: usize,
    /// Two words of the question that follow each other here too.
    pairs: f64,
}

impl Counted {
    fn of(body: &str, words: &Words) -> Self {
        let (mut times, mut pairs, mut before, mut length) = (HashMap::new(), 0.0, None, 0);
        for term in terms::terms(body) {
            let which = words.which(&term);
            if let Some(which) = which {
                *times.entry(which).or_insert(0.0) += 1.0;
                pairs += f64::from(u8::from(which > 0 && before == Some(which - 1)));
            }
            before = which;
            length += 1;
        }
        Self { times, length, pairs }
    }

    fn score(&self, usual: f64) -> f64 {
        let weight = SATURATION * (1.0 - LENGTH + LENGTH * self.length as f64 / usual);
        let words: f64 = self.times.values().map(|times| times * (SATURATION + 1.0) / (times + weight)).sum();
        words + self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_answers_and_words_in_their_order_stand_first() {
        let words = Words::read("late parcel").unwrap();
        let long = format!("the parcel, {} is late", "and so on ".repeat(40));
        let bodies = [long.as_str(), "parcel: late", "my late parcel", "parcel: late"];
        assert_eq!(order(&bodies, &words), [2, 1, 3, 0]);
        assert!(order(&[], &words).is_empty());
    }
}
