//! The one table of what a key needs: a scope for each route and method, or that it is for people.

use actix_web::HttpRequest;
use actors::view::Viewer;
use entities::api_key::Scope;

use crate::error::{ApiError, Code};

/// What a key needs for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Scope(Scope),
    /// People alone: passwords, one's own profile, visitors.
    Person,
}

use Need::{Person, Scope as With};
use Scope::{
    Admin, CallsRead, CallsWrite, ContactsRead, ContactsWrite, ConversationsRead, ConversationsWrite,
    EventsRead, MessagesWrite,
};

/// Every route that asks who somebody is.
pub const ROUTES: &[(&str, Need)] = &[
    ("GET /api/me", Person),
    ("POST /api/auth/password", Person),
    ("PATCH /api/webchat/me", Person),
    ("GET /api/users", With(Admin)),
    ("POST /api/users", With(Admin)),
    ("GET /api/users/{id}", With(Admin)),
    ("PATCH /api/users/{id}", With(Admin)),
    ("DELETE /api/users/{id}", With(Admin)),
    ("GET /api/api-keys", With(Admin)),
    ("POST /api/api-keys", With(Admin)),
    ("DELETE /api/api-keys/{id}", With(Admin)),
    ("GET /api/audit", With(Admin)),
    ("GET /api/jobs", With(Admin)),
    ("GET /api/jobs/{id}/attempts", With(Admin)),
    ("POST /api/jobs/{id}/redrive", With(Admin)),
    ("GET /api/sending", With(Admin)),
    ("POST /api/sending/release", With(Admin)),
    ("GET /api/webhook-receipts", With(Admin)),
    ("POST /api/webhook-receipts/{id}/replay", With(Admin)),
    ("GET /api/settings", With(ConversationsRead)),
    ("PATCH /api/settings", With(Admin)),
    ("GET /api/presence", With(ConversationsRead)),
    ("POST /api/conversations/{id}/read", Person),
    ("GET /api/boards", With(ConversationsRead)),
    ("POST /api/boards", With(Admin)),
    ("GET /api/boards/{id}", With(ConversationsRead)),
    ("PATCH /api/boards/{id}", With(Admin)),
    ("DELETE /api/boards/{id}", With(Admin)),
    ("GET /api/labels", With(ConversationsRead)),
    ("POST /api/labels", With(Admin)),
    ("PATCH /api/labels/{id}", With(Admin)),
    ("DELETE /api/labels/{id}", With(Admin)),
    ("GET /api/templates", With(ConversationsRead)),
    ("POST /api/templates", With(Admin)),
    ("GET /api/templates/{id}", With(ConversationsRead)),
    ("PATCH /api/templates/{id}", With(Admin)),
    ("DELETE /api/templates/{id}", With(Admin)),
    ("GET /api/channels", With(ConversationsRead)),
    ("POST /api/channels", With(Admin)),
    ("GET /api/channels/{id}", With(ConversationsRead)),
    ("PATCH /api/channels/{id}", With(Admin)),
    ("DELETE /api/channels/{id}", With(Admin)),
    ("PUT /api/credentials/twilio", With(Admin)),
    ("GET /api/credentials/{provider}", With(Admin)),
    ("DELETE /api/credentials/{provider}", With(Admin)),
    ("GET /api/integrations", With(Admin)),
    ("GET /api/contacts", With(ContactsRead)),
    ("POST /api/contacts", With(ContactsWrite)),
    ("GET /api/contacts/{id}", With(ContactsRead)),
    ("GET /api/contacts/{id}/timeline", With(ConversationsRead)),
    ("GET /api/contacts/{id}/consents", With(ContactsRead)),
    ("POST /api/contacts/{id}/consents", With(ContactsWrite)),
    ("PATCH /api/contacts/{id}", With(ContactsWrite)),
    ("DELETE /api/contacts/{id}", With(ContactsWrite)),
    ("POST /api/contacts/{id}/merge", With(ContactsWrite)),
    ("POST /api/contacts/{id}/unmerge", With(ContactsWrite)),
    ("GET /api/conversations", With(ConversationsRead)),
    ("POST /api/conversations", With(ConversationsWrite)),
    ("GET /api/conversations/counts", With(ConversationsRead)),
    ("GET /api/conversations/{id}", With(ConversationsRead)),
    ("PATCH /api/conversations/{id}", With(ConversationsWrite)),
    ("GET /api/conversations/{id}/messages", With(ConversationsRead)),
    ("POST /api/conversations/{id}/messages", With(MessagesWrite)),
    ("POST /api/attachments", With(MessagesWrite)),
    ("GET /api/attachments/{id}", With(ConversationsRead)),
    ("PATCH /api/messages/{id}", With(MessagesWrite)),
    ("DELETE /api/messages/{id}", With(MessagesWrite)),
    ("GET /api/tasks", With(ConversationsRead)),
    ("POST /api/tasks", With(ConversationsWrite)),
    ("GET /api/tasks/{id}", With(ConversationsRead)),
    ("PATCH /api/tasks/{id}", With(ConversationsWrite)),
    ("DELETE /api/tasks/{id}", With(ConversationsWrite)),
    ("GET /api/calls", With(CallsRead)),
    ("POST /api/calls/initiate", With(CallsWrite)),
    ("GET /api/calls/{id}", With(CallsRead)),
    ("POST /api/calls/{id}/answer", Person),
    ("POST /api/calls/{id}/decline", Person),
    ("POST /api/calls/{id}/hang_up", With(CallsWrite)),
    ("POST /api/calls/{id}/mute", With(CallsWrite)),
    ("POST /api/calls/{id}/unmute", With(CallsWrite)),
    ("POST /api/calls/{id}/hold", With(CallsWrite)),
    ("POST /api/calls/{id}/resume", With(CallsWrite)),
    ("POST /api/calls/{id}/record", With(CallsWrite)),
    ("POST /api/calls/{id}/send_digits", With(CallsWrite)),
    ("POST /api/calls/{id}/transfer", With(CallsWrite)),
    ("POST /api/calls/{id}/complete_transfer", With(CallsWrite)),
    ("POST /api/calls/{id}/cancel_transfer", With(CallsWrite)),
    ("POST /api/calls/{id}/disposition", With(CallsWrite)),
    ("GET /api/recordings", With(CallsRead)),
    ("GET /api/recordings/{id}", With(CallsRead)),
    ("DELETE /api/recordings/{id}", With(CallsWrite)),
    ("GET /api/voicemails", With(CallsRead)),
    ("POST /api/voice/token", Person),
    ("GET /api/events", With(EventsRead)),
    ("GET /api/search", With(ConversationsRead)),
];

/// Every method of the socket. Who came in may say who it is, ask for the cursor, and listen to less.
pub const METHODS: &[(&str, Option<Scope>)] = &[
    ("authenticate", None),
    ("ping", None),
    ("unsubscribe", None),
    ("subscribe", Some(EventsRead)),
    ("history", Some(EventsRead)),
    ("message.send", Some(MessagesWrite)),
    ("message.edit", Some(MessagesWrite)),
    ("message.delete", Some(MessagesWrite)),
    ("message.cancel", Some(MessagesWrite)),
    ("message.reschedule", Some(MessagesWrite)),
    ("typing.start", Some(MessagesWrite)),
    ("typing.stop", Some(MessagesWrite)),
    ("conversation.start", Some(ConversationsWrite)),
    ("conversation.assign", Some(ConversationsWrite)),
    ("conversation.set_status", Some(ConversationsWrite)),
    ("conversation.snooze", Some(ConversationsWrite)),
    ("conversation.label", Some(ConversationsWrite)),
    ("conversation.set_priority", Some(ConversationsWrite)),
    ("conversation.take_over", Some(ConversationsWrite)),
    ("conversation.hand_back", Some(ConversationsWrite)),
    ("conversation.participants", Some(ConversationsWrite)),
    ("call.place", Some(CallsWrite)),
    ("call.hang_up", Some(CallsWrite)),
    ("call.mute", Some(CallsWrite)),
    ("call.unmute", Some(CallsWrite)),
    ("call.hold", Some(CallsWrite)),
    ("call.resume", Some(CallsWrite)),
    ("call.transfer", Some(CallsWrite)),
    ("call.complete_transfer", Some(CallsWrite)),
    ("call.cancel_transfer", Some(CallsWrite)),
    ("call.record", Some(CallsWrite)),
    ("call.send_digits", Some(CallsWrite)),
    ("call.set_disposition", Some(CallsWrite)),
    // Of people alone; the rooms refuse a key.
    ("call.answer", Some(CallsWrite)),
    ("call.decline", Some(CallsWrite)),
    ("conversation.read", Some(ConversationsRead)),
    ("presence.set", Some(ConversationsRead)),
];

/// May a key ask this route? A route nobody put into the table is for people.
///
/// # Errors
/// FORBIDDEN with the scope that is missing.
pub fn check_route(request: &HttpRequest, viewer: &Viewer) -> Result<(), ApiError> {
    let route = format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
    match ROUTES.iter().find(|(known, _)| *known == route) {
        Some((_, With(scope))) => check(viewer, *scope),
        Some((_, Person)) | None => Err(Code::Forbidden.into()),
    }
}

/// May this method be called? People are judged by their role, elsewhere.
///
/// # Errors
/// FORBIDDEN with the scope that is missing.
pub fn check_method(viewer: &Viewer, method: &str) -> Result<(), ApiError> {
    match METHODS.iter().find(|(known, _)| *known == method) {
        Some((_, Some(scope))) => check(viewer, *scope),
        Some((_, None)) => Ok(()),
        None if matches!(viewer, Viewer::Key { .. }) => Err(Code::Forbidden.into()),
        None => Ok(()),
    }
}

/// Has a key this scope? Of people nothing is asked here.
///
/// # Errors
/// FORBIDDEN with the scope in `details.scope`.
pub fn check(viewer: &Viewer, scope: Scope) -> Result<(), ApiError> {
    if !matches!(viewer, Viewer::Key { .. }) || viewer.has(scope) {
        return Ok(());
    }
    let message = format!("This key has not the scope {scope}");
    Err(ApiError::new(Code::Forbidden, message).with("scope", scope.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{cli::openapi, config, ws::frames::Request};

    #[test]
    fn every_route_that_asks_who_somebody_is_stands_in_the_table_once() {
        let api = openapi::document(&config::load(None).unwrap()).unwrap();
        let api: serde_json::Value = serde_json::from_str(&api).unwrap();
        let mut asking = BTreeSet::new();
        for (path, item) in api["paths"].as_object().unwrap() {
            let verbs = item.as_object().unwrap().iter();
            let secured = verbs.filter(|(_, operation)| !operation["security"].is_null());
            asking.extend(secured.map(|(verb, _)| format!("{} {path}", verb.to_uppercase())));
        }
        let table: BTreeSet<String> = ROUTES.iter().map(|(route, _)| (*route).to_owned()).collect();
        assert_eq!(table, asking);
        assert_eq!(table.len(), ROUTES.len());
    }

    #[test]
    fn every_method_stands_in_the_table_once() {
        let table: BTreeSet<&str> = METHODS.iter().map(|(method, _)| *method).collect();
        assert_eq!(table, Request::METHODS.iter().copied().collect());
        assert_eq!(table.len(), METHODS.len());
    }

    #[test]
    fn an_admin_key_may_all_but_speak_over_people() {
        let key = |scope| {
            let (id, scopes) = (entities::KeyId::from_uuid(uuid::Uuid::nil()), [scope].into());
            Viewer::Key { id, scopes, board_id: None }
        };
        for scope in Scope::ALL {
            assert!(check(&key(*scope), *scope).is_ok());
            assert_eq!(check(&key(Admin), *scope).is_ok(), *scope != Scope::MessagesOverride, "{scope}");
        }
        assert_eq!(check(&key(EventsRead), MessagesWrite).unwrap_err().details["scope"], "messages:write");
    }
}
