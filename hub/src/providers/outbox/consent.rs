//! The last look before a text is handed over: much may have been said since it was written.

use actors::{
    consent::{Block, Consents, Verdict},
    contact::Number,
    conversation::{MessageError, Progress},
    jobs::{Due, Outcome},
};
use entities::{Address, AddressKind};

use super::{letter::Letter, sending::SendTexts};

impl SendTexts {
    /// What becomes of a text that may not be sent any more; `None` for one that may.
    pub(super) async fn kept_back(&self, job: &Due, letter: &Letter) -> Result<Option<Outcome>, Outcome> {
        let number = Number { value: letter.text.to.clone(), index: letter.recipient };
        let (to, what) = ((letter.contact_id, &number), (letter.class, letter.confirms));
        let verdict = self.consents().may_hand_over(job.tenant, to, what).await;
        match verdict.map_err(|error| Outcome::retry(format!("consent cannot be read: {error}")))? {
            Verdict::Allowed => Ok(None),
            Verdict::Held { until } => Ok(Some(Outcome::Wait(until))),
            Verdict::Refused(block) => {
                let (tenant, message, code) = (job.tenant, letter.message_id, block.code());
                tracing::info!(tenant.id = %tenant, message.id = %message, code, "a text is kept back");
                self.refused(job, letter, told(block)).await.map(Some)
            }
        }
    }

    /// Twilio knows that the recipient wants nothing more. From now on we know it, too.
    pub(super) async fn opted_out(
        &self,
        job: &Due,
        letter: &Letter,
        why: MessageError,
    ) -> Result<Outcome, Outcome> {
        if let Ok(recipient) = Address::of_kind(AddressKind::Phone, &letter.text.to) {
            let about = (letter.contact_id, letter.message_id);
            let entered = self.consents().revoke_at_provider(job.tenant, &recipient, about).await;
            entered.map_err(|error| Outcome::retry(format!("the opt-out cannot be entered: {error}")))?;
        }
        self.refused(job, letter, why).await
    }

    /// It will not be sent, and nobody can do anything about it.
    pub(super) async fn refused(
        &self,
        job: &Due,
        letter: &Letter,
        why: MessageError,
    ) -> Result<Outcome, Outcome> {
        self.tell(job.tenant, letter.message_id, Progress::given_up(why)).await?;
        Ok(Outcome::Done)
    }

    fn consents(&self) -> Consents {
        Consents::new(self.parts.ports.clone())
    }
}

fn told(block: Block) -> MessageError {
    MessageError { code: block.code().to_owned(), message: block.sentence().to_owned() }
}
