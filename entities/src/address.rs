//! Addresses: what kind of place a party is reached at, and where.

words! {
    /// What kind of address it is.
    pub enum AddressKind {
        /// E.164.
        Phone = "phone",
        /// A short number of a carrier, such as 72727.
        ShortCode = "short_code",
        /// An alphanumeric sender of texts, such as ACME. It can not be answered.
        SenderName = "sender_name",
        /// A caller who hides.
        Anonymous = "anonymous",
        /// A SIP URI.
        Sip = "sip",
        /// A browser or app that calls, by its identity.
        Client = "client",
        /// An e-mail address.
        Email = "email",
        /// A name on some other platform.
        Handle = "handle",
    }
}
