//! The page, in the language of the letter. It has no script and no style, and nothing but the token is put into it.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use registrar_runtime::problem::Problem;

pub(crate) type PageResult = Result<Response, Problem>;

/// Nothing is loaded; the form goes to where the page came from.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Page<'a> {
    /// The form, with what was wrong with the password before.
    Form { token: &'a str, refused: bool },
    /// The link opens nothing.
    Ended,
    /// The password is set.
    Done,
}

/// What a token is made of: nothing that HTML or an address would read.
pub(crate) fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-".contains(c)
}

impl Page<'_> {
    /// The answer: HTML that nobody keeps.
    pub(crate) fn answer(self, french: bool) -> Response {
        let headers = [
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
        ];
        (headers, self.html(french)).into_response()
    }

    fn html(self, french: bool) -> String {
        let say = |english: &'static str, words: &'static str| if french { words } else { english };
        let language = say("en", "fr-CA");
        let title = say("Choose your password", "Choisissez votre mot de passe");
        let content = match self {
            Self::Form { token, refused } => {
                let token: String = token.chars().filter(|c| plain(*c)).collect();
                let wrong = if refused {
                    format!(
                        "<p role=\"alert\"><strong>{}</strong></p>\n",
                        say(
                            "The password must have 8 to 200 characters.",
                            "Le mot de passe doit avoir de 8 à 200 caractères."
                        )
                    )
                } else {
                    String::new()
                };
                let label = say("New password", "Nouveau mot de passe");
                let hint = say("8 to 200 characters.", "De 8 à 200 caractères.");
                let button = say("Save the password", "Enregistrer le mot de passe");
                format!(
                    "{wrong}<form method=\"post\" action=\"/auth/set-password\">\n\
                     <input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
                     <input type=\"hidden\" name=\"lang\" value=\"{language}\">\n\
                     <p><label for=\"password\">{label}</label><br>\n\
                     <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" \
                     required minlength=\"8\" maxlength=\"200\" aria-describedby=\"hint\"></p>\n\
                     <p id=\"hint\">{hint}</p>\n<p><button type=\"submit\">{button}</button></p>\n</form>"
                )
            }
            Self::Ended => format!(
                "<p>{}</p>",
                say(
                    "This link was used, has ended, or a newer one was sent. Ask whoever invited you for a new one.",
                    "Ce lien a été utilisé, a expiré ou a été remplacé. Demandez-en un nouveau à la personne qui vous a invité."
                )
            ),
            Self::Done => format!(
                "<p>{}</p>",
                say(
                    "Your password is set. You can sign in with it now.",
                    "Votre mot de passe est enregistré. Vous pouvez vous connecter."
                )
            ),
        };
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
             <title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn nothing_of_a_token_becomes_html() {
        let (token, refused) = ("\"><script>alert(1)</script>", true);
        let html = Page::Form { token, refused }.html(true);
        assert!(!html.contains("<script") && html.contains("scriptalert1script"));
        assert!(html.contains("lang=\"fr-CA\"") && html.contains("role=\"alert\""));
    }
}
