//! `/api/contacts`: the people a tenant talks with.

mod create;
mod get;
mod input;
mod list;
mod merge;
mod remove;
pub mod schema;
mod timeline;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_contacts)
        .service(create::create_contact)
        .service(get::get_contact)
        .service(update::update_contact)
        .service(remove::remove_contact)
        .service(merge::merge_contacts)
        .service(merge::unmerge_contact)
        .service(timeline::show_timeline);
}
