//! Tenants, and which of their users are on which node.

use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::client::{Connection, Endpoint};
use crate::scenario::people::{open_conversations, visits};
use crate::scenario::send::Load;
use crate::scenario::target::Target;

/// One tenant.
pub(super) struct Company {
    /// Its owner's; none for the tenant the target is of.
    token: Option<String>,
    pub(super) conversations: Vec<String>,
}

/// Founds so many, with conversations.
pub(super) async fn found(target: &mut Target, count: usize, conversations: usize) -> Result<Vec<Company>> {
    let mut companies =
        vec![Company { token: None, conversations: open_conversations(target, conversations).await? }];
    while companies.len() < count {
        let name = format!("Company {}", companies.len());
        let (founded, token) = target.own_process()?.another_tenant(&name).await?;
        let conversations = visits(&target.public_rest()?, &founded.webchat_key, conversations).await?;
        companies.push(Company { token: Some(token), conversations });
    }
    Ok(companies)
}

impl Company {
    /// Its owner, at a node.
    pub(super) fn endpoint(&self, endpoint: &Endpoint, node: SocketAddr) -> Endpoint {
        let token = self.token.as_ref().unwrap_or(&endpoint.token);
        endpoint.with_token(token).at(vec![node])
    }
}

/// Which conversation is spoken in from which node; always the same one.
pub(super) struct Layout {
    pub(super) nodes: Vec<SocketAddr>,
    is_pinned: bool,
}

impl Layout {
    /// The users of every tenant are on all nodes.
    pub(super) fn shared(nodes: Vec<SocketAddr>) -> Self {
        Self { nodes, is_pinned: false }
    }

    /// All users of a tenant are on one node.
    pub(super) fn pinned(nodes: Vec<SocketAddr>) -> Self {
        Self { nodes, is_pinned: true }
    }

    /// The number of the node a conversation of a company is spoken in from, both by their numbers.
    pub(super) fn node(&self, company: usize, conversation: usize) -> usize {
        let turn = if self.is_pinned { company } else { company + conversation };
        turn % self.nodes.len()
    }

    /// Every conversation with the line of its company to its node.
    pub(super) async fn load(&self, endpoint: &Endpoint, companies: &[Company]) -> Result<Load> {
        let mut load = Load { conversations: Vec::new(), connections: Vec::new(), hub: None };
        for (number, company) in companies.iter().enumerate() {
            let mut lines = Vec::new();
            for node in &self.nodes {
                let (line, _events) = Connection::open(&company.endpoint(endpoint, *node), None).await?;
                lines.push(line);
            }
            for (index, conversation) in company.conversations.iter().enumerate() {
                let line = lines.get(self.node(number, index)).context("there is no such node")?;
                load.connections.push(line.clone());
                load.conversations.push(conversation.clone());
            }
        }
        Ok(load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_tenant_is_on_all_nodes_and_a_pinned_one_on_one() {
        let nodes: Vec<SocketAddr> = ["127.0.0.1:1", "127.0.0.1:2"].map(|it| it.parse().unwrap()).into();
        let of =
            |layout: &Layout, company| [0, 1, 2, 3].map(|conversation| layout.node(company, conversation));
        assert_eq!(of(&Layout::shared(nodes.clone()), 0), [0, 1, 0, 1]);
        assert_eq!(of(&Layout::shared(nodes.clone()), 1), [1, 0, 1, 0]);
        assert_eq!(of(&Layout::pinned(nodes.clone()), 0), [0, 0, 0, 0]);
        assert_eq!(of(&Layout::pinned(nodes), 1), [1, 1, 1, 1]);
    }
}
