//! How many parts a text is sent in: GSM 03.38 packs 160 characters, anything else 70, fewer once there are several.

const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// These take two places.
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";

pub(super) fn count(body: &str) -> usize {
    let in_gsm: Option<usize> = body
        .chars()
        .map(|letter| match letter {
            _ if GSM.contains(letter) => Some(1),
            _ if GSM_EXTENDED.contains(letter) => Some(2),
            _ => None,
        })
        .sum();
    let (places, alone, in_several) = match in_gsm {
        Some(septets) => (septets, 160, 153),
        None => (body.encode_utf16().count(), 70, 67),
    };
    if places <= alone { 1 } else { places.div_ceil(in_several) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_as_many_segments_as_its_letters_need() {
        for (body, segments) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("ж".repeat(70), 1),
            ("ж".repeat(71), 2),
            ("👍".repeat(35), 1),
            ("👍".repeat(36), 2),
            ("a".repeat(1600), 11),
        ] {
            assert_eq!(count(&body), segments, "{}", body.chars().count());
        }
    }
}
