//! `/api/conversations`: threads with contacts.

mod counts;
mod get;
mod list;
pub mod read;
mod repeat;
pub mod schema;
pub mod start;
mod update;

pub(in crate::rest) use get::seen;
use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun. `counts` stands before `{id}`, which would take it for an id.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_conversations)
        .service(start::start_conversation)
        .service(counts::count_conversations)
        .service(get::get_conversation)
        .service(update::update_conversation)
        .service(read::read_conversation);
}
