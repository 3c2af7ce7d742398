//! What a request names: its route and the parameters of its path, each in its one form.

use crate::{Shell, problem::Problem};
use registrar_domain::certificate::CertificateId;
use uuid::Uuid;

/// Which routes of a function are one, because one handler answers them and does the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names {
    /// How a route's template starts, and what it is called instead.
    pub starts: &'static [(&'static str, &'static str)],
    /// How it ends, and what it is called instead.
    pub ends: &'static [(&'static str, &'static str)],
    /// The parameter that is a ticket's id or its number.
    pub ticket: Option<&'static str>,
    /// The routes whose `POST` has a limit of its own and is not counted among a person's writes.
    pub counted: &'static [&'static str],
}

impl Names {
    /// The name of what a request acts on.
    pub(super) async fn of(
        self,
        shell: &Shell,
        route: &str,
        params: &[(String, String)],
    ) -> Result<String, Problem> {
        let mut named = self.route(route);
        for (name, value) in params {
            let value = if self.ticket == Some(name) {
                ticket(shell, value).await?
            } else {
                one_form(value)
            };
            named.push('\n');
            named.push_str(&value);
        }
        Ok(named)
    }

    fn route(self, template: &str) -> String {
        let template = template.trim_end_matches('/');
        let start = self.starts.iter().find_map(|(start, instead)| {
            let rest = template.strip_prefix(start)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{instead}{rest}"))
        });
        let named = start.unwrap_or_else(|| template.to_owned());
        let end = self.ends.iter().find_map(|(end, instead)| {
            let rest = named.strip_suffix(end)?;
            Some(format!("{rest}{instead}"))
        });
        end.unwrap_or(named)
    }
}

/// A ticket's id, where it is named by its number.
async fn ticket(shell: &Shell, value: &str) -> Result<String, Problem> {
    if shell.profile.ticket_number.matches(value)
        && let Some(id) = shell.table.ticket_by_number(value).await?
    {
        return Ok(id.to_string());
    }
    Ok(one_form(value))
}

/// An id as it is written out, however it was sent.
fn one_form(value: &str) -> String {
    if let Ok(id) = value.parse::<Uuid>() {
        return id.to_string();
    }
    match value.parse::<CertificateId>() {
        Ok(id) => id.to_string(),
        Err(_) => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names {
        starts: &[("/api/admin/support/tickets", "/tickets")],
        ends: &[("/replies", "/messages")],
        ticket: None,
        counted: &[],
    };

    #[test]
    fn addresses_of_one_handler_are_one_route() {
        for (template, named) in [
            ("/tickets", "/tickets"),
            ("/tickets/", "/tickets"),
            ("/api/admin/support/tickets", "/tickets"),
            (
                "/api/admin/support/tickets/{ticket}/replies",
                "/tickets/{ticket}/messages",
            ),
            ("/tickets/{ticket}/messages", "/tickets/{ticket}/messages"),
            ("/api/admin/support/ticketsx", "/api/admin/support/ticketsx"),
            ("/tickets/{ticket}/close", "/tickets/{ticket}/close"),
        ] {
            assert_eq!(NAMES.route(template), named, "{template}");
        }
    }

    #[test]
    fn an_id_is_one_however_it_is_written() {
        let id = "019aa5c3-0000-7000-8000-00000000000a";
        assert_eq!(one_form(&id.to_uppercase()), id);
        assert_eq!(one_form(&id.replace('-', "")), id);
        assert_eq!(one_form("anything"), "anything");
    }
}
