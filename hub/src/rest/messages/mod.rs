//! Messages: `/api/conversations/{id}/messages` and `/api/messages/{id}`.

mod delete;
mod edit;
mod filling;
mod list;
pub mod schema;
mod send;

use utoipa_actix_web::service_config::ServiceConfig;

pub use filling::Filling;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_messages)
        .service(send::send_message)
        .service(edit::edit_message)
        .service(delete::delete_message);
}
