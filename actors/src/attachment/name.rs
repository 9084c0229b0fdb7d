//! Names that can be shown anywhere and saved everywhere.

use unicode_normalization::UnicodeNormalization;

use super::Content;

/// The longest name, in bytes: what file systems take, with room for what a browser adds.
const LONGEST: usize = 200;

/// Names Windows keeps for devices, whatever ending they have.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Makes a name out of whatever somebody sent: without folders, invisible characters and what an operating system minds,
/// at most 200 bytes, with an ending that says what the bytes are.
#[must_use]
pub fn safe_name(typed: &str, content: &Content) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter_map(harmless).nfc().collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let (stem, ending) = divided(&clean, content);
    let stem = stem.trim_matches(['.', ' ']);
    let is_device =
        DEVICES.contains(&stem.split('.').next().unwrap_or_default().trim().to_ascii_lowercase().as_str());
    let stem = match stem {
        "" => "file".to_owned(),
        stem if is_device => format!("_{stem}"),
        stem => stem.to_owned(),
    };
    let room = LONGEST - ending.len() - 1;
    let cut = stem[..stem.floor_char_boundary(room)].trim_end_matches(['.', ' ']);
    format!("{cut}.{ending}")
}

/// The name without its ending, and the ending it shall have.
fn divided<'a>(name: &'a str, content: &Content) -> (&'a str, String) {
    let right = content.endings.first().copied().unwrap_or("bin").to_owned();
    match name.rsplit_once('.') {
        Some((stem, ending)) if content.endings.contains(&ending.to_ascii_lowercase().as_str()) => {
            (stem, ending.to_owned())
        }
        // An ending that says something else. A dot in a sentence is none.
        Some((stem, ending)) if is_ending(ending) => (stem, right),
        _ => (name, right),
    }
}

fn is_ending(text: &str) -> bool {
    text.len() <= 5 && text.chars().all(|character| character.is_ascii_alphanumeric())
}

fn harmless(character: char) -> Option<char> {
    match character {
        character if character.is_whitespace() => Some(' '),
        character if character.is_control() || is_invisible(character) => None,
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => Some('_'),
        character => Some(character),
    }
}

/// What is not seen but changes how the rest is: directions, joiners, marks of byte order, tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(typed: &str) -> String {
        safe_name(typed, Content::named("image/png").unwrap())
    }

    #[test]
    fn a_good_name_stays() {
        for name in ["photo.png", "Grüße 你好.PNG", "v1.2 final.png"] {
            assert_eq!(named(name), name);
        }
    }

    #[test]
    fn a_bad_name_becomes_a_good_one() {
        for (typed, safe) in [
            ("../../etc/passwd", "passwd.png"),
            ("C:\\Users\\a\\me.exe", "me.png"),
            ("photo\u{202e}gnp.exe", "photognp.png"),
            ("nul\0l.png", "null.png"),
            ("CON", "_CON.png"),
            ("con.txt.png", "_con.txt.png"),
            ("", "file.png"),
            ("...", "file.png"),
            (".png", "file.png"),
            ("a\r\nSet-Cookie: x.png", "a Set-Cookie_ x.png"),
            ("What is this. I wonder", "What is this. I wonder.png"),
            ("Cafe\u{301}.png", "Caf\u{e9}.png"),
        ] {
            assert_eq!(named(typed), safe, "{typed:?}");
        }
    }

    #[test]
    fn ten_thousand_characters_become_a_name_that_can_be_saved() {
        let name = named(&"你".repeat(10_000));
        assert!(name.len() <= LONGEST && name.starts_with('你') && name.ends_with(".png"), "{name}");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_name_is_safe_and_making_it_safe_again_changes_nothing(
            typed in prop_oneof![any::<String>(), "[./\\\\ a-z\u{202e}\u{0}\r\n\u{300}]{0,400}"]
        ) {
            let name = named(&typed);
            prop_assert!((5..=LONGEST).contains(&name.len()), "{:?}", name);
            prop_assert!(name.to_ascii_lowercase().ends_with(".png"));
            prop_assert!(!name.starts_with(['.', ' ']));
            let bad = |character: char| {
                character.is_control() || is_invisible(character) || "/\\<>:\"|?*".contains(character)
            };
            prop_assert!(!name.contains(bad), "{:?}", name);
            prop_assert_eq!(named(&name), name);
        }
    }
}
