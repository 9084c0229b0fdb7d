//! `/api/tasks`: what somebody is to do, and by when.

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
        .service(list::list_tasks)
        .service(create::create_task)
        .service(get::get_task)
        .service(update::update_task)
        .service(remove::remove_task);
}
