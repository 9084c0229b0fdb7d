//! `/api/channels`: the addresses a tenant is reached at.

mod answer;
mod create;
mod get;
mod list;
mod remove;
pub mod schema;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_channels)
        .service(create::create_channel)
        .service(get::get_channel)
        .service(update::update_channel)
        .service(remove::remove_channel);
}
