//! Attachments: `/api/attachments`, and `/files` where their bytes are fetched.

mod create;
mod get;
pub mod schema;
mod serve;
mod upload;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(create::create_attachment).service(get::get_attachment).service(serve::serve_file);
}
