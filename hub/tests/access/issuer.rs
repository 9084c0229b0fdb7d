//! An outside identity provider: it signs tokens, and publishes its keys on a port of this machine.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://id.example.com/auth/v1";
pub(crate) const AUDIENCE: &str = "authenticated";

/// A key pair of the fixtures, under the name tokens call it by.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) id: &'static str,
    file: &'static str,
    algorithm: Algorithm,
}

pub(crate) const ONE: Pair = Pair { id: "one", file: "rsa_one.pem", algorithm: Algorithm::RS256 };
pub(crate) const TWO: Pair = Pair { id: "two", file: "rsa_two.pem", algorithm: Algorithm::RS256 };
pub(crate) const CURVE: Pair = Pair { id: "curve", file: "ec.pem", algorithm: Algorithm::ES256 };
pub(crate) const EDWARDS: Pair = Pair { id: "edwards", file: "ed.pem", algorithm: Algorithm::EdDSA };

pub(crate) struct Issuer {
    url: String,
    keys: Arc<Mutex<Value>>,
    asked: Arc<AtomicUsize>,
    server: ServerHandle,
}

impl Issuer {
    pub(crate) async fn start(pairs: &[Pair]) -> Self {
        Self::serve(pairs, None)
    }

    /// The same, under TLS when there is something to serve it with.
    pub(crate) fn serve(pairs: &[Pair], tls: Option<rustls::ServerConfig>) -> Self {
        let (keys, asked) = (Arc::new(Mutex::new(set(pairs))), Arc::new(AtomicUsize::new(0)));
        let shared = web::Data::new((keys.clone(), asked.clone()));
        let answer = |shared: web::Data<(Arc<Mutex<Value>>, Arc<AtomicUsize>)>| async move {
            shared.1.fetch_add(1, Ordering::Relaxed);
            HttpResponse::Ok().json(shared.0.lock().unwrap().clone())
        };
        let server = HttpServer::new(move || {
            App::new().app_data(shared.clone()).route("/jwks.json", web::get().to(answer))
        });
        let server = server.workers(1).disable_signals();
        let (server, scheme) = match tls {
            None => (server.bind(("127.0.0.1", 0)).unwrap(), "http"),
            Some(tls) => (server.bind_rustls_0_23(("127.0.0.1", 0), tls).unwrap(), "https"),
        };
        let url = format!("{scheme}://localhost:{}/jwks.json", server.addrs()[0].port());
        let server = server.run();
        let handle = server.handle();
        actix::spawn(server);
        Self { url, keys, asked, server: handle }
    }

    /// From now on these are its keys.
    pub(crate) fn publish(&self, pairs: &[Pair]) {
        *self.keys.lock().unwrap() = set(pairs);
    }

    pub(crate) fn times_asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// It does not answer any more.
    pub(crate) async fn go_away(&self) {
        self.server.stop(false).await;
    }

    /// The settings of a hub that believes it, with more lines of the same provider.
    pub(crate) fn settings(&self, auth: &str, more: &str) -> String {
        let Self { url, .. } = self;
        format!(
            "[auth]\n{auth}\n[[auth.providers]]\nissuer = \"{ISSUER}\"\naudience = \"{AUDIENCE}\"\njwks_url = \"{url}\"\n{more}\n"
        )
    }
}

impl Pair {
    fn key(self) -> EncodingKey {
        let pem = fs::read(fixture(self.file)).unwrap();
        match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(&pem).unwrap(),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(&pem).unwrap(),
            _ => EncodingKey::from_rsa_pem(&pem).unwrap(),
        }
    }

    pub(crate) fn sign(self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.to_owned()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.key()).unwrap()
    }
}

pub(crate) fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/identity").join(file)
}

fn set(pairs: &[Pair]) -> Value {
    let keys = pairs.iter().map(|pair| {
        let mut key = Jwk::from_encoding_key(&pair.key(), pair.algorithm).unwrap();
        key.common.key_id = Some(pair.id.to_owned());
        key
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}
