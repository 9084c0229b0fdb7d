//! The files of the pages, as they are in `hub/console/`.

use sha2::{Digest, Sha256};

/// One file of the pages.
pub(super) struct File {
    /// Below `hub/console/`, and below `/console/` in the address.
    pub(super) path: &'static str,
    pub(super) text: &'static str,
}

macro_rules! files {
    ($($path:literal)*) => {
        &[$(File { path: $path, text: include_str!(concat!("../../console/", $path)) }),*]
    };
}

/// Every file a browser may ask for.
pub(super) static FILES: &[File] = files! {
    "access.js" "base.css" "bubble.js" "client.js" "closing.js" "composer.js" "connection.js" "elements.js" "icon.svg"
    "nouns.js" "outbox.js" "presence.js" "rest.js" "thread.css" "thread.js" "typing.js" "visitor.js"
    "agent/agent.css" "agent/agent.js" "agent/availability.js" "agent/call-list.js" "agent/calls.js"
    "agent/conversation.js" "agent/inbox.js" "agent/index.html" "agent/list.js"
    "chat/chat.css" "chat/chat.js" "chat/index.html" "chat/introduction.js" "chat/shop.css" "chat/widget.js"
    "sign-in/index.html" "sign-in/sign-in.css" "sign-in/sign-in.js"
};

impl File {
    pub(super) fn content_type(&self) -> &'static str {
        match self.path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        }
    }

    /// The same as long as the text is: 128 bits of its SHA-256.
    pub(super) fn tag(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(self.text)[..16])
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn below(folder: &Path, root: &Path) -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| match path.is_dir() {
                true => below(&path, root),
                false => [path.strip_prefix(root).unwrap().to_str().unwrap().to_owned()].into(),
            })
            .collect()
    }

    /// The contract's own page is served beside the contract.
    #[test]
    fn every_file_of_the_folder_is_served() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("console");
        let there: BTreeSet<_> =
            below(&root, &root).into_iter().filter(|path| !path.starts_with("docs/")).collect();
        let served: BTreeSet<_> = FILES.iter().map(|file| file.path.to_owned()).collect();
        assert_eq!(there, served);
    }

    #[test]
    fn no_page_has_script_or_style_within_it_or_from_elsewhere() {
        for file in FILES.iter().filter(|file| file.path.ends_with(".html")) {
            for forbidden in ["<style", "style=", "onclick", "onload", "<script>", "http://", "https://"] {
                assert!(!file.text.contains(forbidden), "{}: {forbidden}", file.path);
            }
        }
    }

    #[test]
    fn what_people_wrote_never_becomes_markup() {
        for file in FILES.iter().filter(|file| file.path.ends_with(".js")) {
            for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!file.text.contains(forbidden), "{}: {forbidden}", file.path);
            }
        }
    }

    #[test]
    fn another_text_has_another_tag() {
        let tags: BTreeSet<_> = FILES.iter().map(File::tag).collect();
        assert_eq!(tags.len(), FILES.len());
    }
}
