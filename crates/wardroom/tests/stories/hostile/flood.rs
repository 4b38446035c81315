//! A flood of junk from many networks against the real program: honest reports come through, by being the first of their network or by a
//! little work. The budgets themselves are tried for ten minutes of simulated time in `wardroom_web::gate`.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::house::{House, Reply};

fn send(house: &House, network: &str, more: &[(&str, &str)]) -> Reply {
    let body = json!({"title": "A report", "description": format!("From {network}.")}).to_string();
    let mut headers = vec![("Content-Type", "application/json"), ("X-Forwarded-For", network)];
    headers.extend(more);
    house.ask("POST", "/api/v1/reports", &headers, body.as_bytes()).expect("an answer")
}

/// The proof that the answer asks for.
pub(super) fn worked(later: &Value) -> String {
    let challenge = later["work"]["challenge"].as_str().expect("a challenge");
    let bits = u32::try_from(later["work"]["bits"].as_u64().unwrap()).unwrap();
    let good = |proof: &String| {
        let digest = Sha256::digest(proof.as_bytes());
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]).leading_zeros() >= bits
    };
    (0_u64..).map(|nonce| format!("{challenge}:{nonce}")).find(good).unwrap()
}

#[tokio::test]
async fn a_flood_leaves_honest_reports_through() {
    let mut house = House::open().await;
    let mut junk_in = 0;
    let junk = 800;
    for n in 0..junk {
        let reply = send(&house, &format!("198.18.{}.{}", n % 100, n / 100), &[]);
        assert!(matches!(reply.status, 201 | 429), "{} {}", reply.status, reply.text());
        junk_in += u32::from(reply.status == 201);
    }
    assert!(junk_in < 600, "{junk_in} of {junk} came in");
    // Networks that wrote nothing yet go first.
    let fresh = (0..50).filter(|n| send(&house, &format!("203.0.{n}.7"), &[]).status == 201).count();
    assert_eq!(fresh, 50, "honest reports from quiet networks");
    // Neighbours of the flood are let in for a little work, the budgets fill by two a second meanwhile.
    for n in 0..10 {
        let network = format!("198.18.{n}.200");
        let first = send(&house, &network, &[]);
        if first.status == 201 {
            continue;
        }
        let later = first.json();
        assert_eq!((first.status, later["code"].as_str()), (429, Some("busy")), "{later}");
        assert!(first.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1), "{}", first.head);
        let proof = worked(&later);
        assert_eq!(send(&house, &network, &[("Wardroom-Proof", &proof)]).status, 201, "the work was for nothing");
        assert!(later["turn"]["ticket"].is_string(), "and a turn for those without script");
    }
    println!("{junk_in} of {junk} junk reports and every honest one came in");
    house.honest("after the flood");
    house.finish(&[]);
}
