//! Forms as Twilio sends them: pairs of bytes, which are text only where somebody reads them.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// The members of a form in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form(Vec<(Vec<u8>, Vec<u8>)>);

impl Form {
    /// Reads `name=value&…`: `+` is a space, `%2B` a plus. What is no such form has the members one can make out.
    pub(super) fn read(encoded: &[u8]) -> Self {
        let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        let read = |pair: &[u8]| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (decoded(&pair[..at]), decoded(pair.get(at + 1..).unwrap_or_default()))
        };
        Self(pairs.map(read).collect())
    }

    /// Writes such a form.
    pub(super) fn write(pairs: &[(String, String)]) -> Vec<u8> {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        pairs.collect::<Vec<_>>().join("&").into_bytes()
    }

    /// What stands under a name, as far as it is UTF-8; `None` when nothing or nothing but space does.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name.as_bytes())?;
        let text = String::from_utf8_lossy(value).into_owned();
        (!text.trim().is_empty()).then_some(text)
    }

    /// All pairs.
    pub(super) fn pairs(&self) -> &[(Vec<u8>, Vec<u8>)] {
        &self.0
    }
}

fn decoded(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_meant() {
        let form = Form::read(b"Body=a%2Bb+%3D+c&Empty=&From=%2B12025550123&Bare&x=1=2");
        assert_eq!(form.text("Body").as_deref(), Some("a+b = c"));
        assert_eq!(form.text("From").as_deref(), Some("+12025550123"));
        assert_eq!((form.text("Empty"), form.text("Bare"), form.text("Gone")), (None, None, None));
        assert_eq!(form.text("x").as_deref(), Some("1=2"));
        assert_eq!(form.pairs().len(), 5);
    }

    #[test]
    fn a_form_that_is_written_is_read_as_it_was() {
        let pairs = [("Body".to_owned(), "a+b = c & ü\n".to_owned()), ("To".to_owned(), "+1".to_owned())];
        let form = Form::read(&Form::write(&pairs));
        assert_eq!(
            (form.text("Body").as_deref(), form.text("To").as_deref()),
            (Some("a+b = c & ü\n"), Some("+1"))
        );
    }

    #[test]
    fn what_is_no_text_is_kept_as_bytes_and_read_as_far_as_it_goes() {
        let form = Form::read(b"Body=caf%E9&Name=\xff&=%zz&&");
        assert_eq!(form.pairs()[0].1, b"caf\xe9");
        assert_eq!(form.text("Body").as_deref(), Some("caf\u{fffd}"));
        assert_eq!(form.pairs()[2], (Vec::new(), b"%zz".to_vec()));
    }
}
