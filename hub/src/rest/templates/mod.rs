//! `/api/templates`: texts that are sent again and again, with gaps to fill.

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
        .service(list::list_templates)
        .service(create::create_template)
        .service(get::get_template)
        .service(update::update_template)
        .service(remove::remove_template);
}
