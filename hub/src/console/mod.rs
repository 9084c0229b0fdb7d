//! The pages: the agents' console, signing in, and a page with the chat widget. They are part of the binary.

mod file;
mod page;

use actix_web::{
    HttpRequest,
    http::header::EntityTag,
    web::{self, ServiceConfig},
};

use file::{FILES, File};

use crate::hub::Hub;

/// Where each page stands; the files it needs stand under `/console/`.
const PAGES: [(&str, &str); 3] = [
    ("/console/", "agent/index.html"),
    ("/sign-in", "sign-in/index.html"),
    ("/chat/{key}", "chat/index.html"),
];

/// The pages and what they need; nothing comes from anywhere else.
pub fn routes(config: &mut ServiceConfig) {
    for file in FILES {
        serve(config, &format!("/console/{}", file.path), file);
    }
    for (path, name) in PAGES {
        if let Some(file) = FILES.iter().find(|file| file.path == name) {
            serve(config, path, file);
        }
    }
    for path in ["/", "/console"] {
        config.service(web::redirect(path, "/console/"));
    }
}

fn serve(config: &mut ServiceConfig, path: &str, file: &'static File) {
    let tag = EntityTag::new_strong(file.tag());
    let answer = move |hub: web::Data<Hub>, asked: HttpRequest| page::answer(hub, asked, file, tag.clone());
    config.service(web::resource(path).route(web::get().to(answer.clone())).route(web::head().to(answer)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_one_of_our_files() {
        for (path, name) in PAGES {
            assert!(FILES.iter().any(|file| file.path == name), "{path}");
        }
    }
}
