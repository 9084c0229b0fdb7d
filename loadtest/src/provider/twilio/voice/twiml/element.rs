//! One element and what its attributes say; what Twilio would not take is refused with its code.

use reqwest::Method;
use roxmltree::Node;

use super::super::super::target::{Target, method};
use super::super::post::Subscription;
use super::super::problem::Problem;
use super::super::recording;

pub(super) struct Element<'a, 'input> {
    pub(super) node: Node<'a, 'input>,
    /// Where the document was found.
    pub(super) base: Option<&'a Target>,
    pub(super) warnings: &'a mut Vec<Problem>,
}

impl<'a, 'input> Element<'a, 'input> {
    /// An element in this one.
    pub(super) fn inner<'b>(&'b mut self, node: Node<'b, 'input>) -> Element<'b, 'input>
    where
        'a: 'b,
    {
        Element { node, base: self.base, warnings: self.warnings }
    }

    /// Whatever else stands in it is warned of.
    pub(super) fn knows(&mut self, names: &[&str]) {
        let unknown = self.node.attributes().filter(|attribute| !names.contains(&attribute.name()));
        self.warnings.extend(unknown.map(|_| Problem::SCHEMA));
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.node.attribute(name)
    }

    /// The text in it, without what surrounds it.
    pub(super) fn text(&self) -> String {
        let pieces = self.node.children().filter(Node::is_text).filter_map(|node| node.text());
        pieces.collect::<String>().trim().to_owned()
    }

    pub(super) fn flag(&self, name: &str, usual: bool, code: u32) -> Result<bool, Problem> {
        self.attribute(name).map_or(Ok(usual), |text| text.parse().map_err(|_| Problem(code)))
    }

    pub(super) fn number(&self, name: &str, usual: u64, code: u32) -> Result<u64, Problem> {
        self.attribute(name).map_or(Ok(usual), |text| text.parse().map_err(|_| Problem(code)))
    }

    /// Whether silence at both ends is cut off.
    pub(super) fn trims(&self, usual: bool, code: u32) -> Result<bool, Problem> {
        match self.attribute("trim") {
            None => Ok(usual),
            Some(text) => recording::trims(text).ok_or(Problem(code)),
        }
    }

    /// `POST`, unless it says otherwise.
    pub(super) fn method(&self, name: &str, code: u32) -> Result<Method, Problem> {
        method(self.attribute(name).unwrap_or("POST")).ok_or(Problem(code))
    }

    /// What the attribute points at.
    pub(super) fn link(&self, name: &str, method: Method) -> Result<Option<Target>, Problem> {
        self.attribute(name).map(|url| self.target(url, method)).transpose()
    }

    pub(super) fn target(&self, url: &str, method: Method) -> Result<Target, Problem> {
        Target::resolve(self.base, url, method).ok_or(Problem::INVALID_URL)
    }

    /// Where the verb goes on: at its action, else where this document was found.
    pub(super) fn action(&self, code: u32) -> Result<Option<Target>, Problem> {
        let method = self.method("method", code)?;
        let action = self.link("action", method.clone())?;
        Ok(action.or_else(|| self.base.map(|base| Target { url: base.url.clone(), method })))
    }

    /// Who is told, as `…Callback`, `…CallbackMethod` and `…CallbackEvent` say; of `usual` when nothing is said.
    pub(super) fn subscription(
        &self,
        name: &str,
        (known, usual): (&[&str], &[&str]),
        code: u32,
    ) -> Result<Option<Subscription>, Problem> {
        let method = self.method(&format!("{name}Method"), code)?;
        let Some(target) = self.link(name, method)? else { return Ok(None) };
        let wanted = self.attribute(&format!("{name}Event"));
        let events: Vec<&str> = wanted.map_or(usual.to_vec(), |text| text.split_whitespace().collect());
        if events.iter().any(|event| !known.contains(event)) {
            return Err(Problem(code));
        }
        Ok(Some(Subscription { target, events: events.into_iter().map(str::to_owned).collect() }))
    }
}
