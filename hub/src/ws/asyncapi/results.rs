//! What each method is answered with.

/// The messages of the answers, each with the shape of its `result`.
pub(super) const MESSAGES: [(&str, &str); 10] = [
    ("result.Authenticated", "Authenticated"),
    ("result.Subscribed", "Subscribed"),
    ("result.History", "History"),
    ("result.Pong", "Pong"),
    ("result.Done", "Done"),
    ("result.SentMessage", "SentMessage"),
    ("result.StartedConversation", "StartedConversation"),
    ("result.ChangedConversation", "ChangedConversation"),
    ("result.ReadHorizon", "ReadHorizon"),
    ("result.ChangedCall", "ChangedCall"),
];

/// The message a method is answered with, when it is carried out.
pub(super) fn of(method: &str) -> &'static str {
    match method {
        "authenticate" => "result.Authenticated",
        "subscribe" => "result.Subscribed",
        "history" => "result.History",
        "ping" => "result.Pong",
        "conversation.start" => "result.StartedConversation",
        "conversation.read" => "result.ReadHorizon",
        method if method.starts_with("message.") => "result.SentMessage",
        method if method.starts_with("conversation.") => "result.ChangedConversation",
        method if method.starts_with("call.") => "result.ChangedCall",
        _ => "result.Done",
    }
}
