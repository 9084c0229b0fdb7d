//! `X-Twilio-Signature`: what Twilio proves itself with. Pure.
//! Source: the request validators of Twilio's own libraries, and the vectors their tests are published with.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, Mac, digest::KeyInit};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::wire::Form;

/// What was signed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed<'a> {
    /// Where Twilio believes to have called: what it was told, with the query.
    pub(super) url: &'a str,
    /// The members of a body that is a form; none of a GET.
    pub(super) form: &'a Form,
    pub(super) body: &'a [u8],
}

/// The sum that is made with the auth token of the account.
pub(super) type WithToken = Hmac<Sha1>;

/// The sum that is made with a key that is shared for webhooks alone.
pub(super) type WithKey = Hmac<Sha256>;

/// The key that `key=<id>,algorithm=HMAC_SHA256` names; none where the algorithm is another.
pub(super) fn named_key(settings: &str) -> Option<&str> {
    let of = |name: &str| {
        let mut members = settings.split(',').filter_map(|member| member.trim().split_once('='));
        members.find_map(|(member, value)| (member == name).then_some(value))
    };
    of("key").filter(|_| of("algorithm") == Some("HMAC_SHA256"))
}

/// Did whoever knows `secret` sign this? The address may be spelled in any of the ways Twilio's own libraries accept: with
/// its port, without, and with an apostrophe written out.
pub(super) fn is_good<M: Mac + KeyInit>(secret: &str, signed: Signed<'_>, signature: &str) -> bool {
    let Ok(signature) = BASE64.decode(signature.trim().as_bytes()) else { return false };
    let members = match body_sum(signed.url) {
        // The sum of a body that is no form stands in the address, and that is signed.
        Some(sum) if is_sum_of(sum, signed.body) => Vec::new(),
        Some(_) => return false,
        None => in_order(signed.form),
    };
    spellings(signed.url).any(|url| {
        let parts = std::iter::once(url.as_bytes()).chain(members.iter().copied());
        is_sum::<M>(secret, parts, &signature)
    })
}

/// Compared in constant time.
fn is_sum<'a, M: Mac + KeyInit>(
    secret: &str,
    parts: impl Iterator<Item = &'a [u8]>,
    signature: &[u8],
) -> bool {
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret.as_bytes()) else { return false };
    parts.for_each(|part| mac.update(part));
    mac.verify_slice(signature).is_ok()
}

/// Names and values, sorted byte by byte, each pair once.
fn in_order(form: &Form) -> Vec<&[u8]> {
    let mut pairs: Vec<&(Vec<u8>, Vec<u8>)> = form.pairs().iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().flat_map(|(name, value)| [name.as_slice(), value.as_slice()]).collect()
}

fn body_sum(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("bodySHA256="))
}

fn is_sum_of(sum: &str, body: &[u8]) -> bool {
    let Ok(sum) = HEXLOWER_PERMISSIVE.decode(sum.as_bytes()) else { return false };
    Sha256::digest(body).ct_eq(sum.as_slice()).into()
}

/// The ways the same address may be written.
fn spellings(url: &str) -> impl Iterator<Item = String> {
    let bare = without_port(url);
    let with_port = with_default_port(&bare);
    let plain = [url.to_owned(), bare, with_port];
    let written_out = plain.clone().into_iter().filter(|url| url.contains('\''));
    let written_out = written_out.map(|url| url.replace('\'', "%27")).collect::<Vec<_>>();
    plain.into_iter().chain(written_out)
}

/// Where the host of an address ends: before its port, or else before its path.
fn host_end(url: &str) -> (usize, usize) {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let end = url[begin..].find(['/', '?', '#']).map_or(url.len(), |at| begin + at);
    let host = url[begin..end].rfind('@').map_or(begin, |at| begin + at + 1);
    let name = url[host..end].rfind(']').map_or(host, |at| host + at);
    (url[name..end].rfind(':').map_or(end, |at| name + at), end)
}

fn without_port(url: &str) -> String {
    let (port, end) = host_end(url);
    format!("{}{}", &url[..port], &url[end..])
}

fn with_default_port(bare: &str) -> String {
    let (_, end) = host_end(bare);
    let port = if bare.starts_with("http://") || bare.starts_with("ws://") { 80 } else { 443 };
    format!("{}:{port}{}", &bare[..end], &bare[end..])
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        secret: String,
        url: String,
        #[serde(default)]
        params: Vec<(String, String)>,
        #[serde(default)]
        body: String,
        #[serde(default)]
        algorithm: String,
        signature: String,
        #[serde(default = "yes")]
        valid: bool,
        #[serde(default)]
        also_valid_for_urls: Vec<String>,
        #[serde(default)]
        rejected_for_urls: Vec<String>,
    }

    fn yes() -> bool {
        true
    }

    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../../tests/fixtures/twilio/signatures.json");
        serde_json::from_str::<Vectors>(text).unwrap().vectors
    }

    fn holds(vector: &Vector, url: &str, signature: &str) -> bool {
        let escape = |text: &String| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let pairs: Vec<String> =
            vector.params.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let form = Form::read(pairs.join("&").as_bytes());
        let signed = Signed { url, form: &form, body: vector.body.as_bytes() };
        match vector.algorithm.as_str() {
            "HMAC_SHA256" => is_good::<WithKey>(&vector.secret, signed, signature),
            _ => is_good::<WithToken>(&vector.secret, signed, signature),
        }
    }

    #[test]
    fn every_published_vector_holds_and_no_other_address_does() {
        let vectors = vectors();
        assert!(vectors.len() > 20);
        for vector in &vectors {
            let of = |url: &String| holds(vector, url, &vector.signature);
            assert_eq!(of(&vector.url), vector.valid, "{}", vector.name);
            assert!(vector.also_valid_for_urls.iter().all(of), "{}", vector.name);
            assert!(!vector.rejected_for_urls.iter().any(of), "{}", vector.name);
        }
    }

    #[test]
    fn a_key_is_named_with_the_one_algorithm_there_is() {
        assert_eq!(named_key("key=k1,algorithm=HMAC_SHA256"), Some("k1"));
        assert_eq!(named_key("algorithm=HMAC_SHA256, key=k1"), Some("k1"));
        for settings in ["key=k1", "key=k1,algorithm=HMAC_SHA1", "algorithm=HMAC_SHA256", "k1", ""] {
            assert_eq!(named_key(settings), None, "{settings}");
        }
    }

    #[test]
    fn a_signature_that_is_cut_changed_or_none_is_not_good() {
        for vector in vectors().iter().filter(|vector| vector.valid) {
            let last = if vector.signature.starts_with('A') { "B" } else { "A" };
            let changed = format!("{last}{}", &vector.signature[1..]);
            for signature in [&vector.signature[..20], changed.as_str(), "", "no base64!", "AAAA"] {
                assert!(!holds(vector, &vector.url, signature), "{}: {signature}", vector.name);
            }
        }
    }

    #[test]
    fn an_apostrophe_may_have_been_signed_written_out() {
        let vectors = vectors();
        let special = vectors.iter().find(|vector| vector.name == "official-special-chars-query").unwrap();
        assert!(holds(special, &special.url.replace("%27", "'"), &special.signature));
    }

    #[test]
    fn another_body_under_the_same_sum_is_not_good() {
        let vectors = vectors();
        let json = vectors.into_iter().find(|vector| vector.name == "official-json-body").unwrap();
        let forged = Vector { body: "{}".to_owned(), ..json };
        assert!(!holds(&forged, &forged.url, &forged.signature));
    }

    #[test]
    fn a_port_is_told_from_a_password_and_from_an_ipv6_host() {
        for (url, bare, with_port) in [
            ("https://a.test:8443/x?y=1", "https://a.test/x?y=1", "https://a.test:443/x?y=1"),
            ("https://u:p@a.test/x", "https://u:p@a.test/x", "https://u:p@a.test:443/x"),
            ("http://[::1]:80?x", "http://[::1]?x", "http://[::1]:80?x"),
            ("https://[::1]/a:b", "https://[::1]/a:b", "https://[::1]:443/a:b"),
            ("wss://a.test", "wss://a.test", "wss://a.test:443"),
        ] {
            assert_eq!((without_port(url).as_str(), with_default_port(bare).as_str()), (bare, with_port));
        }
    }
}
