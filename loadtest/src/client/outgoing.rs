//! Requests and notifications as text frames.

use serde::Serialize;

use super::error::ClientError;

#[derive(Serialize)]
struct Outgoing<'a, P> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    method: &'a str,
    params: &'a P,
}

/// A request, or a notification when `id` is absent.
pub(super) fn write(id: Option<u64>, method: &str, params: &impl Serialize) -> Result<String, ClientError> {
    serde_json::to_string(&Outgoing { jsonrpc: "2.0", id, method, params })
        .map_err(|error| ClientError::Wrong(format!("params of {method} are not JSON: {error}")))
}
