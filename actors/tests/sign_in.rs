//! Signing in as the door meets it, over SQLite and PostgreSQL, with a clock to move.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::time::Duration;

use actors::{
    asked::Asked,
    sign_in::{NewCode, SignInError, SignIns},
    testing::{House, Node, People},
    user::{Power, UpdateUser, Users},
};
use entities::{
    Digest, Principal, Timestamp,
    sign_in_code::CodePurpose,
    user::{Role, UserStatus},
};

const HOUR: Duration = Duration::from_secs(3_600);

fn in_an_hour(node: &Node) -> Timestamp {
    node.ports.now().plus(HOUR)
}

async fn issued(node: &Node, people: &People) -> Digest {
    let text = node.ports.draw().simple().to_string();
    let code = NewCode { hash: Digest::of(text.as_bytes()), text, expires_at: in_an_hour(node) };
    let sign_ins = SignIns::new(node.ports.clone());
    sign_ins.issue((people.tenant, people.owner), CodePurpose::SignIn, &code).await.unwrap();
    code.hash
}

#[actix::test]
async fn who_comes_back_in_time_stays_signed_in_for_ever() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let sign_ins = SignIns::new(node.ports.clone());
        let mut token = sign_ins.open((people.tenant, people.owner), in_an_hour(&node), None).await.unwrap();
        for _ in 0..5 {
            node.clock.advance(HOUR / 2);
            let presented = (token.family, token.generation);
            token = sign_ins.rotate(presented, in_an_hour(&node), None).await.unwrap();
        }
        node.clock.advance(HOUR);
        let late = sign_ins.rotate((token.family, token.generation), in_an_hour(&node), None).await;
        assert!(matches!(late, Err(SignInError::Ended)), "{late:?}");
        node.close().await;
    }
}

#[actix::test]
async fn a_replaced_token_counts_for_ten_seconds_and_then_ends_the_family() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let sign_ins = SignIns::new(node.ports.clone());
        let first = sign_ins.open((people.tenant, people.owner), in_an_hour(&node), None).await.unwrap();
        let rotate =
            async |generation| sign_ins.rotate((first.family, generation), in_an_hour(&node), None).await;
        let tabs = futures::join!(rotate(0), rotate(0), rotate(0));
        let successors = [tabs.0, tabs.1, tabs.2].map(|tab| tab.unwrap().generation);
        assert_eq!(successors, [1, 1, 1]);
        node.clock.advance(Duration::from_secs(11));
        assert!(matches!(rotate(0).await, Err(SignInError::Revoked)));
        assert!(matches!(rotate(1).await, Err(SignInError::Revoked)));
        node.close().await;
    }
}

#[actix::test]
async fn a_code_lets_one_in_and_no_second() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (sign_ins, code) = (SignIns::new(node.ports.clone()), issued(&node, &people).await);
        let until = in_an_hour(&node);
        let use_it = async || sign_ins.exchange(code, None, until, None).await;
        let came = futures::join!(use_it(), use_it(), use_it());
        let refused = [came.0, came.1, came.2].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(refused[..], [SignInError::CodeExpired, SignInError::CodeExpired]), "{refused:?}");
        node.close().await;
    }
}

#[actix::test]
async fn a_code_ends_with_its_time() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (sign_ins, code) = (SignIns::new(node.ports.clone()), issued(&node, &people).await);
        sign_ins.check(code, None).await.unwrap();
        node.clock.advance(HOUR);
        assert!(matches!(sign_ins.check(code, None).await, Err(SignInError::CodeExpired)));
        let late = sign_ins.exchange(code, None, in_an_hour(&node), None).await;
        assert!(matches!(late, Err(SignInError::CodeExpired)));
        node.close().await;
    }
}

#[actix::test]
async fn a_disabled_user_stays_outside_and_keeps_his_code_for_better_days() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (sign_ins, users) = (SignIns::new(node.ports.clone()), Users::new(node.ports.clone()));
        let code = issued(&node, &people).await;
        let who = (people.tenant, people.owner);
        // The last owner cannot be disabled, so he is none for a moment.
        let second = other_owner(&node, &people).await;
        let set = async |status| {
            let update = UpdateUser { status: Some(status), ..UpdateUser::default() };
            users
                .update(who, &Asked::by(Principal::User(second)), &update, Power::Of(Role::Owner))
                .await
                .unwrap()
        };
        set(UserStatus::Disabled).await;
        let refused = sign_ins.exchange(code, Some("$argon2id$new"), in_an_hour(&node), None).await;
        assert!(matches!(refused, Err(SignInError::CodeExpired)), "{refused:?}");
        let row = users.row(who.0, who.1).await.unwrap().unwrap();
        assert_eq!((row.status, row.password_hash), (UserStatus::Disabled, None));
        set(UserStatus::Active).await;
        sign_ins.exchange(code, None, in_an_hour(&node), None).await.unwrap();
        node.close().await;
    }
}

#[actix::test]
async fn a_password_brought_with_a_code_ends_what_was_open_elsewhere() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (sign_ins, code) = (SignIns::new(node.ports.clone()), issued(&node, &people).await);
        let until = in_an_hour(&node);
        let elsewhere = sign_ins.open((people.tenant, people.owner), until, None).await.unwrap();
        let here = sign_ins.exchange(code, Some("$argon2id$new"), until, None).await.unwrap();
        assert!(matches!(
            sign_ins.rotate((elsewhere.family, 0), until, None).await,
            Err(SignInError::Revoked)
        ));
        sign_ins.rotate((here.family, 0), until, None).await.unwrap();
        node.close().await;
    }
}

async fn other_owner(node: &Node, people: &People) -> entities::UserId {
    use actors::user::CreateUser;
    let text = "an invitation".to_owned();
    let invitation =
        NewCode { hash: Digest::of(node.ports.draw().as_bytes()), text, expires_at: in_an_hour(node) };
    let (email, name) = ("second@example.com".to_owned(), "Second".to_owned());
    let hash = invitation.hash;
    let create = CreateUser { email, name, role: Role::Owner, boards: None, invitation };
    let users = Users::new(node.ports.clone());
    let asked = Asked::by(Principal::System);
    let invited = users.create(people.tenant, &asked, &create, Power::All).await.unwrap();
    SignIns::new(node.ports.clone()).exchange(hash, None, in_an_hour(node), None).await.unwrap();
    invited.user.id
}
