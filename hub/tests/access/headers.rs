//! What answers tell a browser about themselves.

use reqwest::Method;

use super::house::House;

#[actix::test]
async fn every_answer_of_the_door_is_for_nobodys_frame_and_data_is_not_kept() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let good = tenant.owners_token.as_str();
    for (path, token, status) in [
        ("/api/me", good, 200),
        ("/api/users", good, 200),
        ("/api/me", "wrong", 401),
        ("/api/nothing", "wrong", 404),
        ("/api/users/1", good, 404),
    ] {
        let answer = house.ask(Method::GET, path).bearer(token).send().await;
        assert_eq!(answer.status, status, "{path}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "only over TLS");
    }
    house.close().await;
}
