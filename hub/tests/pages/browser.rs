//! A browser, by the few words of WebDriver (<https://www.w3.org/TR/webdriver2/>) these tests need.

use std::{
    fmt,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(30);

/// As WebDriver writes the key.
pub(crate) const ENTER: &str = "\u{E007}";

/// A browser nobody sees.
pub(crate) struct Browser {
    driver: Child,
    client: Client,
    session: String,
}

/// One tab. WebDriver looks at one at a time, so each word first turns to its tab.
pub(crate) struct Tab<'b> {
    browser: &'b Browser,
    handle: String,
}

impl Browser {
    /// `None`, and a word, where there is none.
    pub(crate) async fn start() -> Option<Self> {
        let driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut driver) = driver else {
            return super::missing("chromedriver");
        };
        let output = BufReader::new(driver.stdout.take().unwrap());
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned())
        });
        let mut browser = Self {
            driver,
            client: Client::new(),
            session: format!("http://127.0.0.1:{}/session", port.unwrap()),
        };
        // A tab behind another one is as awake as the one in front; and in a container we may be root.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-background-timer-throttling",
            "--disable-component-update",
            "--disable-renderer-backgrounding",
            "--disable-sync",
            "--no-first-run",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let made = browser.ask(Method::POST, "", &wanted).await;
        browser.session = format!("{}/{}", browser.session, made["sessionId"].as_str().unwrap());
        Some(browser)
    }

    pub(crate) async fn tab(&self, url: &str) -> Tab<'_> {
        let made = self.ask(Method::POST, "/window/new", &json!({ "type": "tab" })).await;
        let tab = Tab { browser: self, handle: made["handle"].as_str().unwrap().to_owned() };
        tab.go(url).await;
        tab
    }

    /// What the pages were kept from doing by their own policy, since this was asked last.
    pub(crate) async fn violations(&self) -> Vec<String> {
        let said = self.ask(Method::POST, "/se/log", &json!({ "type": "browser" })).await;
        let lines = said.as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap().to_owned());
        lines.filter(|line| line.contains("Content Security Policy") || line.contains("Trusted")).collect()
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        self.try_to_ask(method, path, body).await.unwrap()
    }

    async fn try_to_ask(&self, method: Method, path: &str, body: &Value) -> Result<Value, String> {
        let request = self.client.request(method, format!("{}{path}", self.session)).json(body);
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        match answer["value"]["error"].as_str() {
            Some(_) => Err(answer["value"]["message"].to_string()),
            None => Ok(answer["value"].take()),
        }
    }

    /// Ends the browser; what is dropped without it leaves that to the driver's end.
    pub(crate) async fn close(mut self) {
        self.ask(Method::DELETE, "", &json!({})).await;
        self.driver.kill().unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Tab<'_> {
    pub(crate) async fn go(&self, url: &str) {
        self.turn_to().await;
        self.browser.ask(Method::POST, "/url", &json!({ "url": url })).await;
    }

    pub(crate) async fn reload(&self) {
        self.turn_to().await;
        self.browser.ask(Method::POST, "/refresh", &json!({})).await;
    }

    pub(crate) async fn address(&self) -> String {
        self.script("return location.pathname + location.hash", "").await.as_str().unwrap().to_owned()
    }

    /// Waits for the element, and clicks it.
    pub(crate) async fn click(&self, css: &str) {
        self.on_element(css, "click", &json!({})).await;
    }

    /// Waits for the element, and types.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        self.on_element(css, "value", &json!({ "text": text })).await;
    }

    /// The texts of all such elements that are to be seen, in their order.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText.trim())";
        let texts = self.script(script, css).await;
        texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// Waits until one such element has the text in it.
    pub(crate) async fn shows(&self, css: &str, text: &str) {
        self.until(css, text, |texts| texts.iter().any(|one| one.contains(text))).await;
    }

    /// Waits until the elements have exactly these texts, in this order.
    pub(crate) async fn reads(&self, css: &str, expected: &[&str]) {
        self.until(css, expected, |texts| texts == expected).await;
    }

    async fn until(&self, css: &str, wanted: impl fmt::Debug, is_it: impl Fn(&[String]) -> bool) {
        let began = Instant::now();
        loop {
            let texts = self.texts(css).await;
            if is_it(&texts) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{css} shows {texts:?}, not {wanted:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn on_element(&self, css: &str, action: &str, body: &Value) {
        let began = Instant::now();
        loop {
            match self.try_on_element(css, action, body).await {
                Ok(_) => return,
                Err(why) => assert!(began.elapsed() < PATIENCE, "{css} cannot be used: {why}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn try_on_element(&self, css: &str, action: &str, body: &Value) -> Result<Value, String> {
        self.turn_to().await;
        let by = json!({ "using": "css selector", "value": css });
        let found = self.browser.try_to_ask(Method::POST, "/element", &by).await?;
        let id = found.as_object().and_then(|found| found.values().next()?.as_str()).unwrap_or_default();
        self.browser.try_to_ask(Method::POST, &format!("/element/{id}/{action}"), body).await
    }

    pub(crate) async fn script(&self, script: &str, argument: &str) -> Value {
        self.turn_to().await;
        let body = json!({ "script": script, "args": [argument] });
        self.browser.ask(Method::POST, "/execute/sync", &body).await
    }

    async fn turn_to(&self) {
        self.browser.ask(Method::POST, "/window", &json!({ "handle": self.handle })).await;
    }
}
