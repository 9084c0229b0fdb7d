//! `/api/labels`: the words a tenant marks its conversations with.

mod create;
mod list;
mod remove;
pub mod schema;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_labels)
        .service(create::create_label)
        .service(update::update_label)
        .service(remove::remove_label);
}
