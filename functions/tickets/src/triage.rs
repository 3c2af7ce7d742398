//! `GET` and `PUT /api/admin/support/triage`: when an answer of the model may go out without a person (checklist P-05), and
//! how often each model was right by what staff decided later.

use axum::{extract::State, http::StatusCode};
use futures_util::future::try_join;
use registrar_domain::triage::{Calibration, Confidence, EDGES, LEAST, Policy};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, Staff, SuperAdmin},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// What a client sends: the whole policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyBody {
    automatic_replies: bool,
    threshold: Confidence,
}

/// The policy, and what is known of the models.
#[derive(Debug, Serialize)]
struct PolicyView {
    #[serde(flatten)]
    policy: Policy,
    /// Of how many decided tickets an accuracy begins to move a threshold.
    least_decisions: u64,
    models: Vec<ModelView>,
}

#[derive(Debug, Serialize)]
struct ModelView {
    model: String,
    /// The threshold that holds for it; null where no answer of it goes out by itself.
    effective_threshold: Option<Confidence>,
    decisions: i64,
    bins: Vec<BinView>,
}

/// A bin that has counted something.
#[derive(Debug, Serialize)]
struct BinView {
    /// The least confidence in it.
    from: Confidence,
    /// Where the next one begins.
    to: Confidence,
    decisions: i64,
    right: i64,
    /// The share that was right, from 0 to 1, in thousandths.
    accuracy: f64,
    /// The lower end of its Wilson interval, 95 %.
    lower_bound: f64,
    priority_right: i64,
}

impl ModelView {
    fn new(known: Calibration, policy: Policy) -> Self {
        let ends = EDGES.into_iter().skip(1).chain([1000]);
        let bins = EDGES.into_iter().zip(ends).filter_map(|(from, to)| {
            let count = known.in_bin(from);
            Some(BinView {
                from: Confidence::from_per_mille(from),
                to: Confidence::from_per_mille(to),
                decisions: count.decisions,
                right: count.right,
                accuracy: thousandths(count.accuracy()?),
                lower_bound: thousandths(count.lower_bound()),
                priority_right: count.priority_right,
            })
        });
        let bins: Vec<_> = bins.collect();
        Self {
            effective_threshold: known.threshold(policy.threshold),
            decisions: bins.iter().map(|bin| bin.decisions).sum(),
            bins,
            model: known.model,
        }
    }
}

fn thousandths(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

#[tracing::instrument(name = "tickets.triage_policy", skip_all)]
pub(crate) async fn policy(State(shell): State<Shell>, _: Staff) -> ApiResult {
    let table = &shell.table;
    let (policy, known) = try_join(table.triage_policy(), table.calibrations()).await?;
    let model = |known| ModelView::new(known, policy);
    Ok(Reply::ok(&PolicyView {
        policy,
        least_decisions: LEAST,
        models: known.into_iter().map(model).collect(),
    }))
}

/// Takes effect with the next ticket that is looked at. It speaks to everybody in the organisation's name: super admins
/// decide.
#[tracing::instrument(name = "tickets.set_triage_policy", skip_all)]
pub(crate) async fn set_policy(
    State(shell): State<Shell>,
    _: SuperAdmin,
    Once(claim): Once,
    Body(body): Body<PolicyBody>,
) -> ApiResult {
    if body.threshold < Policy::floor() {
        return Err(too_low());
    }
    let policy = Policy {
        automatic_replies: body.automatic_replies,
        threshold: body.threshold,
    };
    let reply = Reply::ok(&policy);
    let table = &shell.table;
    table
        .set_triage_policy(policy, claim.as_ref(), &reply.answer())
        .await?;
    Ok(reply)
}

/// An answer that is as likely wrong as right helps nobody: `automatic_replies` switches them off, and no threshold lets all
/// of them out.
fn too_low() -> Problem {
    let detail = format!("must be at least {}", f64::from(Policy::floor()));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body")
        .detail("the body does not have the shape or the values that this needs")
        .field("/threshold", "invalid_value", detail)
}
