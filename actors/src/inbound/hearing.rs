//! What a message says about being written to, and what is answered to that.

use entities::{ConversationId, JobId, consent::ConsentState};

use crate::{
    channel::NumberSettings,
    consent::{Keyword, Utterance, word},
    conversation::SendMessage,
    store::StoreError,
};

use super::{
    Inbound, InboundMessage,
    answering::{Owed, answer},
    handle::Entering,
};

impl Inbound {
    /// Owes the channel's own answer to a keyword, unless the provider has given one.
    pub(super) fn answering(
        &self,
        entering: &Entering<'_>,
        id: ConversationId,
        said: SendMessage,
    ) -> SendMessage {
        let InboundMessage { body, acted_on: None, found_late: false, .. } = &entering.message else {
            return said;
        };
        let Some((keyword, _)) = word(body, None) else { return said };
        let replies = NumberSettings::stored(&entering.channel.settings).keyword_replies;
        let about = said.consent.as_ref().map(|utterance| utterance.id());
        let reply = replies.to(keyword).filter(|_| keyword == Keyword::Help || about.is_some());
        let Some(reply) = reply else { return said };
        let confirms = about.filter(|_| keyword == Keyword::Stop);
        let owed = Owed { conversation_id: id, body: reply.to_owned(), confirms };
        let job = answer(&owed, JobId::from_uuid(self.ports.draw()), self.ports.now());
        SendMessage { answer: Some(Box::new(job)), ..said }
    }

    /// What the message says about being written to. Nothing, when it asks for help, and when it would allow something that may
    /// have been forbidden after it was sent.
    pub(super) async fn consent(&self, entering: &Entering<'_>) -> Result<Option<Utterance>, StoreError> {
        let InboundMessage { from, body, acted_on, found_late, .. } = &entering.message;
        let (state, source) = match word(body, *acted_on) {
            Some((Keyword::Stop, source)) => (ConsentState::Revoked, source),
            Some((Keyword::Start, _)) if *found_late => return Ok(None),
            Some((Keyword::Start, source)) => (ConsentState::Reinstated, source),
            Some((Keyword::Help, _)) | None => return Ok(None),
        };
        let heard_at = entering.settling.before().received_at;
        let utterance = self.consents.utterance(entering.tenant, from, (state, source)).await?;
        Ok(utterance.map(|utterance| utterance.heard(heard_at)))
    }
}
