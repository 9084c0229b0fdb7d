//! Whoever of us is called on a telephone says that he takes the call: a voicemail box and a pocket pick up too. Pure.

use entities::{AddressKind, LegId, message::Direction};

use super::{leg::Leg, standing::Standing};

impl Standing {
    /// Is this one of us, to be called where anything may pick up? In a browser nobody but he does.
    pub(super) fn is_confirmed_by(&self, leg: &Leg) -> bool {
        self.screening.agent_confirms && leg.user_id.is_some() && leg.address.kind() == AddressKind::Phone
    }

    /// The leg of a user who says that he takes it, when he is still wanted. Nobody comes into a call that is over, or that goes on
    /// without him; nor whoever the provider calls otherwise than the leg.
    #[must_use]
    pub fn admits(&self, leg: LegId, external_id: &str) -> Option<&Leg> {
        let is_it = |leg: &&Leg| {
            leg.confirms
                && leg.user_id.is_some()
                && leg.is_live()
                && !leg.unwanted
                && leg.external_id.as_deref().is_none_or(|known| known == external_id)
        };
        self.leg(leg).filter(is_it).filter(|_| !self.is_over())
    }

    /// What the user of a leg is asked who picked up.
    #[must_use]
    pub fn question(&self, leg: LegId) -> String {
        let who = self.contact_spoken();
        let places = self.agent_legs().next().is_some_and(|first| first.id == leg);
        match self.direction {
            Direction::Inbound => format!("Call from {who}. Press 1 to take it."),
            Direction::Outbound if places => format!("Your call to {who}. Press 1 to be connected."),
            Direction::Outbound => format!("Call with {who}. Press 1 to take it."),
        }
    }

    /// Is somebody of us there for the contact, on the way, or still to be asked?
    #[must_use]
    pub fn has_somebody(&self) -> bool {
        self.waits() || (!self.is_over() && (self.turned_away || self.agent_legs().any(Leg::is_live)))
    }

    /// How the contact is called when it is said aloud: as he says himself, else his number digit by digit.
    fn contact_spoken(&self) -> String {
        let said = self.caller_said.as_ref().map(|said| said.name().trim_end_matches('.'));
        if let Some(said) = said.filter(|said| !said.is_empty()) {
            return said.to_owned();
        }
        let digits = self.contact.value().chars().filter(char::is_ascii_digit).map(String::from);
        match self.contact.kind() {
            AddressKind::Phone => digits.collect::<Vec<_>>().join(" "),
            _ => "an unknown number".to_owned(),
        }
    }
}
