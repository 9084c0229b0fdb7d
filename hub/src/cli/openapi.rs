//! `switchboard openapi`: the description of the REST door.

use actix_web::App;
use clap::Args;
use utoipa_actix_web::AppExt;

use super::{Exit, Failure};
use crate::{
    config::Settings,
    rest::{self, openapi},
};

/// Prints the OpenAPI 3.1 document that `/api/openapi.json` serves; it needs no database.
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "Example:\n  switchboard openapi > openapi.json")]
pub struct Openapi {}

impl Openapi {
    /// Prints the document.
    ///
    /// # Errors
    /// When it is no JSON, which would be a defect.
    pub fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        println!("{}", document(settings).map_err(|why| Failure::new(Exit::Failed, why.to_string()))?);
        Ok(Exit::Done)
    }
}

/// The document as text, made from the same routes that are served.
///
/// # Errors
/// When it is no JSON, which would be a defect.
pub fn document(settings: &Settings) -> Result<String, serde_json::Error> {
    let shared = rest::Shared::new(settings);
    let app = App::new().into_utoipa_app().configure(|config| rest::routes(config, &shared));
    openapi::describe(app.split_for_parts().1).to_pretty_json()
}
