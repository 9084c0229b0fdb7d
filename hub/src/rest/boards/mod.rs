//! `/api/boards`: groups of users that share conversations.

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
        .service(list::list_boards)
        .service(create::create_board)
        .service(get::get_board)
        .service(update::update_board)
        .service(remove::remove_board);
}
