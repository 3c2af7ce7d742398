//! The page's texts, in each of its languages. They are HTML.

use registrar_credential::Verdict;

use crate::negotiate::Language;

/// Sign, heading and explanation.
pub(super) type Said = (&'static str, &'static str, &'static str);

pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) other_language: &'static str,
    pub(super) other_name: &'static str,
    pub(super) other_label: &'static str,
    pub(super) title: &'static str,
    pub(super) certificate_id: &'static str,
    pub(super) holder: &'static str,
    pub(super) course: &'static str,
    pub(super) grade: &'static str,
    pub(super) issued: &'static str,
    pub(super) expires: &'static str,
    pub(super) checked_at: &'static str,
    pub(super) status_of: &'static str,
    pub(super) footer: &'static str,
    pub(super) unreachable: (&'static str, &'static str),
    valid: Said,
    revoked: Said,
    suspended: Said,
    expired: Said,
    forged: Said,
    malformed: Said,
    later_version: Said,
    unknown: Said,
    stale: Said,
    withdrawn: Said,
}

impl Words {
    pub(super) fn verdict(&self, verdict: &Verdict) -> Said {
        match verdict {
            Verdict::Valid => self.valid,
            Verdict::Revoked => self.revoked,
            Verdict::Suspended => self.suspended,
            Verdict::Expired => self.expired,
            Verdict::Forged { .. } => self.forged,
            Verdict::Malformed { reason } if reason == "unknown_version" => self.later_version,
            Verdict::Malformed { .. } => self.malformed,
            Verdict::Unknown => self.unknown,
            Verdict::Stale { .. } => self.stale,
            Verdict::Withdrawn => self.withdrawn,
        }
    }
}

pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
    }
}

const ENGLISH: Words = Words {
    language: "en",
    other_language: "fr",
    other_name: "Français",
    other_label: "Language",
    title: "Certificate verification",
    certificate_id: "Certificate number",
    holder: "Awarded to",
    course: "Course",
    grade: "Grade",
    issued: "Issued on",
    expires: "Valid until",
    checked_at: "Checked at",
    status_of: "Status as of",
    footer: "Compare the name and course with what you were shown. The page you are on decides, not the paper.",
    unreachable: (
        "No answer at present",
        "The issuer cannot be asked now, so nothing can be said about this certificate. Please try again in a minute.",
    ),
    valid: (
        "✓",
        "Valid",
        "The issuer signed this certificate, and it is in force.",
    ),
    revoked: (
        "✗",
        "Revoked",
        "The issuer signed this certificate and has since revoked it. It is no longer in force.",
    ),
    suspended: (
        "!",
        "Suspended",
        "The issuer signed this certificate and has suspended it for now.",
    ),
    expired: (
        "!",
        "Expired",
        "The issuer signed this certificate. Its last day is over.",
    ),
    forged: (
        "✗",
        "Not genuine",
        "The issuer did not sign this. Do not rely on what it says.",
    ),
    malformed: (
        "!",
        "Not readable",
        "This is not a certificate number or code. It may have been cut off or mistyped.",
    ),
    later_version: (
        "!",
        "Newer format",
        "This code has a newer format than this page can read. It may be genuine: verify the certificate number instead.",
    ),
    unknown: (
        "?",
        "Not known",
        "The issuer knows no certificate of this number.",
    ),
    stale: (
        "?",
        "Cannot be decided now",
        "The issuer signed this certificate, but whether it is still in force cannot be told at present. Please try again in a few minutes.",
    ),
    withdrawn: (
        "–",
        "Withdrawn",
        "This certificate was withdrawn, and its holder's data were erased.",
    ),
};

const FRENCH: Words = Words {
    language: "fr",
    other_language: "en",
    other_name: "English",
    other_label: "Langue",
    title: "Vérification d’un certificat",
    certificate_id: "Numéro du certificat",
    holder: "Décerné à",
    course: "Formation",
    grade: "Note",
    issued: "Délivré le",
    expires: "Valable jusqu’au",
    checked_at: "Vérifié à",
    status_of: "État en date du",
    footer: "Comparez le nom et la formation avec ce qui vous a été présenté. C’est cette page qui fait foi, non le papier.",
    unreachable: (
        "Pas de réponse pour l’instant",
        "L’émetteur ne peut être joint : rien ne peut être dit de ce certificat. Veuillez réessayer dans une minute.",
    ),
    valid: (
        "✓",
        "Valable",
        "L’émetteur a signé ce certificat, et il est en vigueur.",
    ),
    revoked: (
        "✗",
        "Révoqué",
        "L’émetteur a signé ce certificat, puis l’a révoqué. Il n’est plus en vigueur.",
    ),
    suspended: (
        "!",
        "Suspendu",
        "L’émetteur a signé ce certificat et l’a suspendu pour le moment.",
    ),
    expired: (
        "!",
        "Expiré",
        "L’émetteur a signé ce certificat. Son dernier jour est passé.",
    ),
    forged: (
        "✗",
        "Non authentique",
        "L’émetteur n’a pas signé ceci. Ne vous y fiez pas.",
    ),
    malformed: (
        "!",
        "Illisible",
        "Ceci n’est ni un numéro ni un code de certificat. Il est peut-être tronqué ou mal saisi.",
    ),
    later_version: (
        "!",
        "Format plus récent",
        "Ce code a un format plus récent que celui que cette page sait lire. Il peut être authentique : vérifiez plutôt le numéro du certificat.",
    ),
    unknown: (
        "?",
        "Inconnu",
        "L’émetteur ne connaît aucun certificat portant ce numéro.",
    ),
    stale: (
        "?",
        "Impossible à trancher pour l’instant",
        "L’émetteur a signé ce certificat, mais on ne peut savoir à présent s’il est toujours en vigueur. Veuillez réessayer dans quelques minutes.",
    ),
    withdrawn: (
        "–",
        "Retiré",
        "Ce certificat a été retiré, et les données de son titulaire ont été effacées.",
    ),
};
