//! What tokens promise.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_250_000);
const TTL: Duration = Duration::from_secs(900);

fn tokens() -> Tokens {
    Tokens::new(&Key::generate().unwrap())
}

fn user() -> Bearer {
    Bearer::User(UserClaims {
        user_id: UserId::from_uuid(Uuid::from_u128(1)),
        tenant_id: TenantId::from_uuid(Uuid::from_u128(2)),
        role: Role::Agent,
        boards: Some(vec![BoardId::from_uuid(Uuid::from_u128(3))]),
        sign_in_id: None,
    })
}

fn visitor() -> Bearer {
    Bearer::Visitor(VisitorClaims {
        tenant_id: TenantId::from_uuid(Uuid::from_u128(2)),
        contact_id: ContactId::from_uuid(Uuid::from_u128(4)),
        conversation_id: ConversationId::from_uuid(Uuid::from_u128(5)),
        channel_id: ChannelId::from_uuid(Uuid::from_u128(6)),
    })
}

fn mint(tokens: &Tokens, bearer: Bearer) -> String {
    tokens.mint(bearer, Uuid::from_u128(9), NOW, TTL).unwrap()
}

fn after(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

/// A token with any header and claims, signed with the key of `tokens` as HS256.
fn forged(tokens: &Tokens, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &tokens.encoding, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

#[test]
fn a_token_reads_back_with_its_times_in_whole_seconds() {
    let tokens = tokens();
    for bearer in [user(), visitor()] {
        let verified = tokens.verify(&mint(&tokens, bearer.clone()), after(1)).unwrap();
        assert_eq!(verified.bearer, bearer);
        assert_eq!(verified.expires_at, Timestamp::from_micros(1_700_000_900_000_000));
        assert_eq!(verified.id, Uuid::from_u128(9));
    }
}

#[test]
fn the_claims_have_the_names_of_the_contract() {
    let token = mint(&tokens(), user());
    let claims = BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        claims,
        json!({
            "aud": "switchboard", "iss": "switchboard", "sub": Uuid::from_u128(1), "org_id": Uuid::from_u128(2),
            "role": "agent", "boards": [Uuid::from_u128(3)], "jti": Uuid::from_u128(9),
            "iat": 1_700_000_000, "exp": 1_700_000_900,
        })
    );
}

#[test]
fn an_expired_token_is_told_from_a_wrong_one() {
    let tokens = tokens();
    let token = mint(&tokens, user());
    assert_eq!(tokens.verify(&token, after(901)), Err(TokenError::Expired));
    assert_eq!(tokens.verify(&format!("{token}x"), after(1)), Err(TokenError::Invalid));
    assert_eq!(tokens.verify("sk_live", after(1)), Err(TokenError::Invalid));
    assert_eq!(self::tokens().verify(&token, after(901)), Err(TokenError::Invalid));
}

#[test]
fn no_other_algorithm_audience_or_issuer_counts() {
    let tokens = tokens();
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let mut claims = json!({
        "aud": "switchboard", "iss": "switchboard", "sub": Uuid::from_u128(1), "org_id": Uuid::from_u128(2),
        "role": "owner", "jti": Uuid::from_u128(9), "iat": 1_700_000_000, "exp": 1_700_000_900,
    });
    assert!(tokens.verify(&forged(&tokens, &header, &claims), NOW).is_ok(), "the forgery itself is sound");
    for alg in ["none", "HS512", "RS256"] {
        let token = forged(&tokens, &json!({"alg": alg}), &claims);
        assert_eq!(tokens.verify(&token, NOW), Err(TokenError::Invalid), "{alg}");
    }
    for (claim, value) in [("aud", "switchboard:visitor"), ("aud", "elsewhere"), ("iss", "elsewhere")] {
        let right = claims[claim].clone();
        claims[claim] = json!(value);
        assert_eq!(
            tokens.verify(&forged(&tokens, &header, &claims), NOW),
            Err(TokenError::Invalid),
            "{value}"
        );
        claims[claim] = right;
    }
    claims.as_object_mut().unwrap().remove("exp");
    assert_eq!(tokens.verify(&forged(&tokens, &header, &claims), NOW), Err(TokenError::Invalid));
}

#[test]
fn a_visitor_resumes_for_ninety_days_and_a_user_does_not() {
    let tokens = tokens();
    let day = 24 * 3_600;
    let token = mint(&tokens, visitor());
    assert!(tokens.verify_returning(&token, after(89 * day)).is_ok());
    assert_eq!(tokens.verify_returning(&token, after(91 * day)), Err(TokenError::Expired));
    assert_eq!(tokens.verify_returning(&mint(&tokens, user()), after(1)), Err(TokenError::Invalid));
}
