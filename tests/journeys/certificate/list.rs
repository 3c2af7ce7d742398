//! Lists of certificates, of all and of one holder.

use super::ids;
use crate::house::{ADMIN, House, STUDENT, YORUBA};

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_newest_first_and_holders_see_their_own() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (asha, ade) = (house.sign_in(STUDENT).await, house.sign_in(YORUBA).await);
    let mut all = Vec::new();
    for (student, course) in [
        (&asha, "One"),
        (&ade, "Two"),
        (&asha, "Three"),
        (&asha, "Four"),
        (&ade, "Five"),
    ] {
        let issued = house.generate(&admin, &student.id, course).await;
        assert_eq!(issued.status, 201, "{issued:?}");
        all.insert(0, issued.at("/certificate_id").to_owned());
    }
    let of_asha = [all[1].clone(), all[2].clone(), all[4].clone()];

    let mut seen = Vec::new();
    let mut path = "/api/admin/certificates?limit=2".to_owned();
    let mut pages = 0;
    loop {
        let page = house.get(&admin, &path).await;
        assert_eq!(page.status, 200, "{page:?}");
        pages += 1;
        assert!(ids(&page).len() <= 2, "{page:?}");
        seen.extend(ids(&page));
        match page.body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/admin/certificates?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((seen, pages), (all.clone(), 3));

    let by_student = house
        .get(
            &admin,
            &format!("/api/admin/certificates?student_id={}", asha.id),
        )
        .await;
    assert_eq!(ids(&by_student), of_asha);
    assert_eq!(ids(&house.get(&asha, "/api/certificates").await), of_asha);
    house
        .get(&asha, "/api/admin/certificates")
        .await
        .is_problem(403, "forbidden");
    house
        .get(&ade, &format!("/api/certificates/{}", all[1]))
        .await
        .is_problem(404, "not_found");
    let own = house
        .get(&asha, &format!("/api/certificates/{}", all[1]))
        .await;
    assert_eq!(
        (own.status, own.at("/student_name"), own.at("/course_name")),
        (200, "Asha Rao", "Four")
    );

    house.platform.quiesce().await;
    house.revoke(&admin, &all[2]).await;
    assert_eq!(
        ids(&house.get(&asha, "/api/certificates?status=revoked").await),
        [all[2].clone()]
    );
    assert_eq!(
        ids(&house
            .get(&admin, "/api/admin/certificates?status=issued&limit=100")
            .await),
        [
            all[0].clone(),
            all[1].clone(),
            all[3].clone(),
            all[4].clone()
        ]
    );
    for (query, code) in [
        ("cursor=nonsense", "invalid_cursor"),
        ("limit=0", "invalid_query"),
        ("page=2", "invalid_query"),
    ] {
        let refused = house
            .get(&admin, &format!("/api/admin/certificates?{query}"))
            .await;
        assert_eq!(
            (refused.status, refused.at("/code")),
            (400, code),
            "{refused:?}"
        );
    }
    house.finish().await;
}
