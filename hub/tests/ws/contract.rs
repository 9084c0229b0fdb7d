//! Holds every frame the tests hear to the document that describes it.

use std::{collections::HashMap, sync::OnceLock};

use hub::ws::asyncapi;
use jsonschema::Validator;
use serde_json::{Value, json};

/// A frame that is not what the document says fails the test that heard it.
pub(crate) fn hold(frame: &Value) {
    let name = name(frame);
    let Some(validator) = validators().get(&name) else { panic!("{name} is not described: {frame}") };
    let wrong: Vec<String> = validator.iter_errors(frame).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{name} is described otherwise: {wrong:?} in {frame}");
}

/// The message a frame is. Of results only the envelope can be told from outside.
fn name(frame: &Value) -> String {
    let kind = frame["params"]["type"].as_str().unwrap_or_default();
    match frame["method"].as_str() {
        Some(method @ ("event" | "signal")) => format!("{method}.{kind}"),
        Some(method) => method.to_owned(),
        None if frame.get("error").is_some() => "error".to_owned(),
        None => "result".to_owned(),
    }
}

fn validators() -> &'static HashMap<String, Validator> {
    static VALIDATORS: OnceLock<HashMap<String, Validator>> = OnceLock::new();
    VALIDATORS.get_or_init(|| {
        let document = asyncapi::document();
        let components = &document["components"];
        let messages = components["messages"].as_object().unwrap();
        let names: Vec<&String> = messages.keys().collect();
        let results = names.iter().filter(|name| name.starts_with("result."));
        let results: Vec<Value> = results.map(|name| of_message(name)).collect();
        let of = |schema: Value| {
            let mut schema = schema;
            schema["components"] = components.clone();
            jsonschema::draft202012::new(&schema).unwrap()
        };
        let told = names.iter().map(|name| ((*name).clone(), of(of_message(name))));
        told.chain([("result".to_owned(), of(json!({ "anyOf": results })))]).collect()
    })
}

fn of_message(name: &str) -> Value {
    json!({ "$ref": format!("#/components/messages/{name}/payload") })
}
