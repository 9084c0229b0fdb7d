//! The shape of the settings, as the contract describes it.

use utoipa::ToSchema;

/// Everything that can be set about a tenant.
#[derive(ToSchema)]
pub struct Settings {
    pub name: String,
    /// ISO 3166 alpha-2: what national phone numbers are read with.
    #[schema(nullable = false)]
    pub default_country: Option<String>,
    /// IANA.
    #[schema(nullable = false)]
    pub time_zone: Option<String>,
    /// BCP 47.
    #[schema(nullable = false)]
    pub locale: Option<String>,
    /// The pages besides our own whose scripts may use both doors.
    pub allowed_origins: Vec<String>,
    /// Where owners, admins and keys with `admin` come from; shown to them alone, absent: from anywhere.
    #[schema(nullable = false)]
    pub ip_allow_list: Option<Vec<String>>,
    /// As on a board, for those that have none.
    #[schema(value_type = Option<Object>, nullable = false)]
    pub sla: Option<()>,
    /// How conversations on no board are given out: `mode`, `capacity`.
    #[schema(value_type = Option<Object>, nullable = false)]
    pub routing: Option<()>,
    /// In which hours, and how often, contacts are written to who did not ask: `quiet_hours`, `cap`.
    #[schema(value_type = Option<Object>, nullable = false)]
    pub compliance: Option<()>,
    /// For how long recordings are kept, and what is struck out of what was said: `keep_days`, `redact`.
    #[schema(value_type = Option<Object>, nullable = false)]
    pub recordings: Option<()>,
    #[schema(format = DateTime)]
    pub updated_at: String,
    pub rev: i64,
}

/// What is left out stays; null clears what may be absent.
#[derive(ToSchema)]
pub struct SettingsChange {
    #[schema(nullable = false)]
    pub name: Option<String>,
    pub default_country: Option<String>,
    pub time_zone: Option<String>,
    pub locale: Option<String>,
    /// `first_answer_s?`, `next_answer_s?`, `waiting_on_customer_s?`: 60 to 2,592,000 each.
    #[schema(value_type = Option<Object>)]
    pub sla: Option<()>,
    #[schema(value_type = Option<Object>)]
    pub routing: Option<()>,
    /// `quiet_hours {opens?, closes?, classes[]?}`, `cap {texts?, hours?}`.
    #[schema(value_type = Option<Object>)]
    pub compliance: Option<()>,
    /// `keep_days?` 1 to 3,650, `redact[]?` at most 20 regular expressions.
    #[schema(value_type = Option<Object>)]
    pub recordings: Option<()>,
    /// All of them, not additions: at most 50, such as `https://crm.example`.
    #[schema(nullable = false)]
    pub allowed_origins: Option<Vec<String>>,
    /// All of them: at most 100 networks or addresses, such as `10.0.0.0/8`; one of them yours.
    #[schema(nullable = false)]
    pub ip_allow_list: Option<Vec<String>>,
}
