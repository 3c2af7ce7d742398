use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn id(n: u128) -> AccountId {
    Uuid::from_u128(n).into()
}

fn roster(loads: &[(u64, bool)]) -> Roster {
    let members = loads.iter().enumerate().map(|(n, (load, on_duty))| Member {
        id: id(u128::try_from(n).unwrap() + 1),
        senior: n == 0,
        on_duty: *on_duty,
        load: *load,
    });
    Roster {
        members: members.collect(),
        last: None,
    }
}

/// Gives a ticket as a worker does: the cursor moves and the load rises.
fn give(roster: &mut Roster, mode: Mode) -> Option<AccountId> {
    let chosen = roster.next(mode)?;
    roster.last = Some(chosen);
    let member = roster.members.iter_mut().find(|member| member.id == chosen);
    member.unwrap().load += 1;
    Some(chosen)
}

#[test]
fn everybody_on_duty_has_their_turn_and_then_it_begins_again() {
    let mut roster = roster(&[(9, true), (0, false), (0, true)]);
    let given: Vec<_> = (0..4)
        .map(|_| give(&mut roster, Mode::RoundRobin).unwrap())
        .collect();
    assert_eq!(given, [id(1), id(3), id(1), id(3)]);
}

#[test]
fn whoever_has_the_fewest_is_given_the_next_and_of_equals_the_one_whose_turn_it_is() {
    let mut roster = roster(&[(2, true), (1, true), (1, true), (0, false)]);
    let given: Vec<_> = (0..4)
        .map(|_| give(&mut roster, Mode::LeastLoaded).unwrap())
        .collect();
    assert_eq!(given, [id(2), id(3), id(1), id(2)]);
}

#[test]
fn nobody_is_chosen_when_it_is_off_or_nobody_is_on_duty() {
    assert_eq!(roster(&[(0, true)]).next(Mode::Off), None);
    assert_eq!(roster(&[(0, false)]).next(Mode::RoundRobin), None);
    assert_eq!(roster(&[]).next(Mode::LeastLoaded), None);
}

#[test]
fn a_choice_can_be_narrowed() {
    let roster = roster(&[(5, true), (0, true)]);
    assert_eq!(
        roster.next_of(Mode::LeastLoaded, |member| member.senior),
        Some(id(1))
    );
    assert_eq!(
        roster.next_of(Mode::RoundRobin, |member| member.id != id(1)),
        Some(id(2))
    );
}

#[test]
fn an_escalated_ticket_goes_where_the_profile_says_and_stays_with_whom_it_belongs_already() {
    let roster = roster(&[(5, true), (1, true), (0, false)]);
    let (senior, other) = (id(1), id(2));
    let to = |to, now| roster.escalated(Mode::Off, to, now);
    assert_eq!(to(EscalateTo::Unchanged, None), None);
    assert_eq!(to(EscalateTo::Anybody, None), Some(other));
    assert_eq!(to(EscalateTo::Anybody, Some(senior)), None);
    assert_eq!(to(EscalateTo::Another, Some(other)), Some(senior));
    assert_eq!(to(EscalateTo::SuperAdmin, Some(other)), Some(senior));
    assert_eq!(to(EscalateTo::SuperAdmin, Some(senior)), None);
}

proptest! {
    #[test]
    fn shares_in_turn_differ_by_at_most_one(duty in prop::collection::vec(any::<bool>(), 1..12), tickets in 0_usize..100) {
        let mut roster = roster(&duty.iter().map(|on| (0, *on)).collect::<Vec<_>>());
        let mut shares: BTreeMap<_, u64> = roster.members.iter().filter(|m| m.on_duty).map(|m| (m.id, 0)).collect();
        for _ in 0..tickets {
            if let Some(chosen) = give(&mut roster, Mode::RoundRobin) {
                *shares.get_mut(&chosen).expect("only who is on duty is chosen") += 1;
            }
        }
        if let (Some(most), Some(least)) = (shares.values().max(), shares.values().min()) {
            prop_assert!(most - least <= 1, "{:?}", shares);
        }
    }

    #[test]
    fn by_load_nobody_is_given_one_while_another_on_duty_has_fewer(loads in prop::collection::vec((0_u64..9, any::<bool>()), 1..12), tickets in 0_usize..50) {
        let mut roster = roster(&loads);
        for _ in 0..tickets {
            let least = roster.members.iter().filter(|m| m.on_duty).map(|m| m.load).min();
            let Some(chosen) = roster.next(Mode::LeastLoaded) else { break };
            let load = roster.members.iter().find(|m| m.id == chosen).map(|m| m.load);
            prop_assert_eq!(load, least);
            give(&mut roster, Mode::LeastLoaded);
        }
    }
}
