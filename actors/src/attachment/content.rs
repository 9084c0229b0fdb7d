//! What a file is: judged by its bytes, never by what somebody says it is.

/// How much of the beginning is looked at: enough for the first entries of an office document.
const HEAD: usize = 16 * 1024;

/// A type of files that can be told by its bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Content {
    /// As it is stored and served.
    pub content_type: &'static str,
    /// Endings a name may have; the first is given to a name with another one.
    pub endings: &'static [&'static str],
    /// A browser may show it in a page: it can carry nothing out.
    pub inline: bool,
}

const fn shown(content_type: &'static str, endings: &'static [&'static str]) -> Content {
    Content { content_type, endings, inline: true }
}

const fn saved(content_type: &'static str, endings: &'static [&'static str]) -> Content {
    Content { content_type, endings, inline: false }
}

/// Every type that can be taken. What can be carried out (pages, drawings in SVG, programs, scripts) is not among them.
static KNOWN: &[Content] = &[
    shown("image/png", &["png"]),
    shown("image/jpeg", &["jpg", "jpeg"]),
    shown("image/gif", &["gif"]),
    shown("image/webp", &["webp"]),
    shown("image/avif", &["avif"]),
    shown("image/heif", &["heic", "heif"]),
    shown("image/bmp", &["bmp"]),
    shown("image/tiff", &["tif", "tiff"]),
    shown("application/pdf", &["pdf"]),
    shown("audio/mpeg", &["mp3"]),
    shown("audio/m4a", &["m4a"]),
    shown("audio/aac", &["aac"]),
    shown("audio/amr", &["amr"]),
    shown("audio/ogg", &["ogg", "oga"]),
    shown("audio/opus", &["opus", "ogg"]),
    shown("audio/x-flac", &["flac"]),
    shown("audio/x-wav", &["wav"]),
    shown("video/mp4", &["mp4"]),
    shown("video/x-m4v", &["m4v"]),
    shown("video/quicktime", &["mov"]),
    shown("video/webm", &["webm"]),
    shown("video/mpeg", &["mpg", "mpeg"]),
    shown("video/x-matroska", &["mkv"]),
    shown("video/x-msvideo", &["avi"]),
    saved(TEXT, &["txt", "csv", "log", "md"]),
    saved("application/rtf", &["rtf"]),
    saved("application/zip", &["zip"]),
    saved("application/msword", &["doc"]),
    saved("application/vnd.ms-excel", &["xls"]),
    saved("application/vnd.ms-powerpoint", &["ppt"]),
    saved("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    saved("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    saved("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    saved("application/vnd.oasis.opendocument.text", &["odt"]),
    saved("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    saved("application/vnd.oasis.opendocument.presentation", &["odp"]),
];

const TEXT: &str = "text/plain";

impl Content {
    /// The type of this name, when it is one that can be told by its bytes.
    #[must_use]
    pub fn named(content_type: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.content_type == content_type)
    }

    /// Is it a picture made of pixels?
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.content_type.starts_with("image/")
    }
}

/// Looks at a file while it passes, in pieces of any size.
#[derive(Debug)]
pub struct Sniffer {
    head: Vec<u8>,
    /// The beginning of a character that a piece cut through; at most 3 bytes.
    cut: Vec<u8>,
    is_text: bool,
}

impl Default for Sniffer {
    fn default() -> Self {
        Self { head: Vec::new(), cut: Vec::new(), is_text: true }
    }
}

impl Sniffer {
    /// Looks at the next piece.
    pub fn see(&mut self, piece: &[u8]) {
        let wanted = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..wanted]);
        if self.is_text {
            self.read(piece);
        }
    }

    /// What it was; `None` for what is empty, unknown, or could be carried out.
    #[must_use]
    pub fn finish(self) -> Option<&'static Content> {
        match infer::get(&self.head) {
            Some(found) => Content::named(found.mime_type()),
            None if self.is_plain_text() => Content::named(TEXT),
            None => None,
        }
    }

    fn read(&mut self, piece: &[u8]) {
        let joined = [self.cut.as_slice(), piece].concat();
        let (text, rest) = match std::str::from_utf8(&joined) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (good, rest) = joined.split_at(error.valid_up_to());
                self.is_text = error.error_len().is_none();
                (std::str::from_utf8(good).unwrap_or_default(), rest)
            }
        };
        let is_control = |character: char| character.is_control() && !character.is_whitespace();
        self.is_text &= !text.contains(is_control);
        self.cut = rest.to_vec();
    }

    /// Text that no program takes for a page, a drawing or a script.
    fn is_plain_text(&self) -> bool {
        let head = String::from_utf8_lossy(&self.head);
        let begins =
            head.trim_start_matches(|character: char| character == '\u{feff}' || character.is_whitespace());
        let is_code = begins.starts_with('<') || begins.starts_with("#!");
        self.is_text && self.cut.is_empty() && !begins.is_empty() && !is_code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(bytes: &[u8]) -> Option<&'static str> {
        let mut sniffer = Sniffer::default();
        // One byte at a time is as good as all at once.
        bytes.chunks(1).for_each(|piece| sniffer.see(piece));
        let mut whole = Sniffer::default();
        whole.see(bytes);
        let found = sniffer.finish();
        assert_eq!(found, whole.finish());
        found.map(|content| content.content_type)
    }

    #[test]
    fn the_bytes_tell_what_a_file_is() {
        assert_eq!(is(b"GIF89a\x01\x00\x01\x00"), Some("image/gif"));
        assert_eq!(is(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(is(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(is(b"PK\x03\x04rest"), Some("application/zip"));
        assert_eq!(is("Grüße, 你好\n".as_bytes()), Some("text/plain"));
    }

    #[test]
    fn what_could_be_carried_out_is_not_taken() {
        for bytes in [
            &b"<!DOCTYPE html><p>"[..],
            b"<html>",
            b" \n<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\xef\xbb\xbf<script>",
            b"<?xml version='1.0'?>",
            b"#!/bin/sh\n",
            b"MZ\x90\x00",
            b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
            b"",
            b"  ",
            b"text with a \x00 in it",
            b"text that is cut \xc3",
            b"\xff\xfe\xfd",
        ] {
            assert_eq!(is(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_picture_that_is_also_a_page_is_a_picture() {
        assert_eq!(is(b"GIF89a/*<html><script>alert(1)</script>*/=1"), Some("image/gif"));
    }

    #[test]
    fn no_type_is_there_twice_and_each_has_an_ending() {
        let names: std::collections::BTreeSet<_> = KNOWN.iter().map(|known| known.content_type).collect();
        assert_eq!(names.len(), KNOWN.len());
        assert!(KNOWN.iter().all(|known| !known.endings.is_empty()));
    }
}
