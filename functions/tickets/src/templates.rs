//! `/api/admin/support/templates`: replies that staff have at hand, and how often each was used (checklist T-20).
//!
//! A reply that names a template by `template_id` counts as a use of it, in the transaction of the reply.

use crate::Deps;
use axum::{extract::State, http::StatusCode};
use futures_util::future::try_join_all;
use registrar_domain::{
    ticket::{Category, MOST_TEMPLATES, Refusal, ReplyTemplate},
    value::{MessageBody, TemplateName},
};
use registrar_runtime::{
    Shell,
    extract::{Asked, Body, IfMatch, Once, Params, Row, Staff, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::StoreError;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateBody {
    name: TemplateName,
    /// Code, label or alias; for every category if absent.
    #[serde(default)]
    category: Option<String>,
    body: MessageBody,
}

/// Which templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Those of a category, and those for every category.
    #[serde(default)]
    category: Option<String>,
}

#[derive(Debug, Serialize)]
struct TemplateView<'a> {
    #[serde(flatten)]
    template: &'a ReplyTemplate,
    usage_count: u64,
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    templates: Vec<TemplateView<'a>>,
}

#[tracing::instrument(name = "templates.list", skip_all)]
pub(crate) async fn list(
    State(shell): State<Shell>,
    _: Staff,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let category = category(&shell, wanted.category.as_deref())?;
    let mut templates = shell.table.templates().await?;
    templates.retain(|template| {
        category.is_none() || template.category.is_none() || template.category == category
    });
    let uses = templates.iter().map(|t| shell.table.template_uses(t.id));
    let uses = try_join_all(uses).await?;
    let view = |(template, usage_count)| TemplateView {
        template,
        usage_count,
    };
    let mut views: Vec<_> = templates.iter().zip(uses).map(view).collect();
    // What is used most is at hand first.
    views.sort_by_key(|view| Reverse(view.usage_count));
    Ok(Reply::ok(&Listed { templates: views }))
}

#[tracing::instrument(name = "templates.create", skip_all)]
pub(crate) async fn create(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Once(claim): Once,
    Body(body): Body<TemplateBody>,
) -> ApiResult {
    let category = category(&shell, body.category.as_deref())?;
    let moment = shell.moment();
    let template = ReplyTemplate {
        id: moment.id(),
        name: body.name,
        category,
        body: body.body,
        written_by: actor.id,
        created_at: moment.now,
        updated_at: moment.now,
        version: 1,
    };
    let view = TemplateView {
        template: &template,
        usage_count: 0,
    };
    let location = format!("/api/admin/support/templates/{}", template.id);
    let reply = Reply::created(&view).etag(1).location(location);
    let answer = reply.answer();
    let put = shell
        .table
        .put_template(None, &template, claim.as_ref(), &answer);
    match put.await {
        Err(StoreError::LimitReached) => {
            Err(Problem::new(StatusCode::CONFLICT, "too_many_templates")
                .detail(format!("there are at most {MOST_TEMPLATES} templates")))
        }
        put => Ok(put.map(|()| reply)?),
    }
}

#[tracing::instrument(name = "templates.get", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    _: Staff,
    Visible(template): Visible<ReplyTemplate>,
) -> ApiResult {
    view(&shell, &template).await
}

#[tracing::instrument(name = "templates.replace", skip_all)]
pub(crate) async fn replace(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(before): Visible<ReplyTemplate>,
    if_match: IfMatch,
    Body(body): Body<TemplateBody>,
) -> ApiResult {
    let category = category(&shell, body.category.as_deref())?;
    if_match.check(before.version)?;
    let template = ReplyTemplate {
        id: before.id,
        name: body.name,
        category,
        body: body.body,
        written_by: actor.id,
        created_at: before.created_at,
        updated_at: shell.now(),
        version: before.version + 1,
    };
    let reply = view(&shell, &template).await?;
    shell
        .table
        .put_template(Some(before.version), &template, None, &reply.answer())
        .await?;
    Ok(reply)
}

#[tracing::instrument(name = "templates.delete", skip_all)]
pub(crate) async fn delete(
    State(shell): State<Shell>,
    _: Staff,
    Visible(template): Visible<ReplyTemplate>,
    if_match: IfMatch,
) -> ApiResult {
    if_match.check(template.version)?;
    let table = &shell.table;
    table.delete_template(template.id, template.version).await?;
    view(&shell, &template).await
}

impl Row<Deps> for ReplyTemplate {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let found = deps.shell.table.template(asked.id("id")?).await?;
        found.ok_or_else(Problem::not_found)
    }
}

async fn view(shell: &Shell, template: &ReplyTemplate) -> ApiResult {
    let view = TemplateView {
        template,
        usage_count: shell.table.template_uses(template.id).await?,
    };
    Ok(Reply::ok(&view).etag(template.version))
}

fn category(shell: &Shell, named: Option<&str>) -> Result<Option<Category>, Problem> {
    let Some(named) = named else { return Ok(None) };
    let known = || Refusal::UnknownCategory {
        known: shell.profile.category_codes().map(str::to_owned).collect(),
    };
    let found = shell.profile.category(named);
    found
        .map(Some)
        .ok_or_else(|| crate::problem::refused(&known()))
}
