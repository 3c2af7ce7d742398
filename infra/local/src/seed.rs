//! What a person sees after the start: demo accounts, and one table of addresses and sign-ins.
//!
//! The accounts' ids are fixed, so that documentation can name them.

use crate::{error::Error, platform::Platform};
use registrar_domain::{
    account::{Account, Locale},
    actor::Role,
    id::AccountId,
    value::{Email, PersonName, Phone, ValueError},
};
use registrar_store::{StoreError, Table};
use std::fmt::{self, Write as _};

/// The platform's own result, unless an error is named.
type Result<T, E = Error> = std::result::Result<T, E>;

/// The password of every demo account. Demo accounts exist on one machine only.
pub const PASSWORD: &str = "registrar-demo";

/// A demo account, as it is printed.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Its fixed id.
    pub id: &'static str,
    /// What it may do.
    pub role: Role,
    /// The name, which goes onto certificates.
    pub name: &'static str,
    /// What it signs in with.
    pub email: &'static str,
    phone: Option<&'static str>,
    locale: Locale,
}

/// Who there is.
pub const PEOPLE: &[Person] = &[
    person(
        1,
        Role::Student,
        "Asha Rao",
        "asha@example.org",
        None,
        Locale::En,
    ),
    person(
        2,
        Role::Student,
        "अनुष्का श्रीवास्तव",
        "anushka@example.org",
        Some("+919812345678"),
        Locale::En,
    ),
    person(
        3,
        Role::Student,
        "Adébáyọ̀ Ọláńrewájú",
        "adebayo@example.org",
        None,
        Locale::En,
    ),
    person(
        4,
        Role::Student,
        "Noémie Gagné",
        "noemie@example.org",
        None,
        Locale::Fr,
    ),
    person(
        5,
        Role::Admin,
        "Meera Iyer",
        "meera@example.org",
        None,
        Locale::En,
    ),
    person(
        6,
        Role::Admin,
        "Jonas Weber",
        "jonas@example.org",
        None,
        Locale::En,
    ),
    person(
        7,
        Role::SuperAdmin,
        "Sade Okafor",
        "sade@example.org",
        None,
        Locale::En,
    ),
];

const IDS: [&str; 7] = [
    "00000000-0000-7000-8000-000000000001",
    "00000000-0000-7000-8000-000000000002",
    "00000000-0000-7000-8000-000000000003",
    "00000000-0000-7000-8000-000000000004",
    "00000000-0000-7000-8000-000000000005",
    "00000000-0000-7000-8000-000000000006",
    "00000000-0000-7000-8000-000000000007",
];

const fn person(
    number: usize,
    role: Role,
    name: &'static str,
    email: &'static str,
    phone: Option<&'static str>,
    locale: Locale,
) -> Person {
    Person {
        id: IDS[number - 1],
        role,
        name,
        email,
        phone,
        locale,
    }
}

/// Demo data that could not be written.
#[derive(Debug)]
enum SeedError {
    /// A constant above breaks a value's rule.
    Value(ValueError),
    /// The table failed.
    Store(StoreError),
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(error) => write!(f, "demo data: {error}"),
            Self::Store(error) => write!(f, "demo data: {error}"),
        }
    }
}

impl std::error::Error for SeedError {}

/// Makes the demo accounts that are missing. Running it again changes nothing.
///
/// # Errors
/// When the table cannot be written.
pub async fn demo(platform: &Platform) -> Result<&'static [Person]> {
    let table = platform.table_name().ok_or(Error::Unknown {
        kind: "table",
        name: "any".to_owned(),
    })?;
    write(&Table::new(&platform.clients(), table, 10))
        .await
        .map_err(|e| Error::store("demo data", e))?;
    Ok(PEOPLE)
}

/// One table of addresses and sign-ins, for people.
pub fn table(platform: &Platform, people: &[Person]) -> String {
    let urls = platform.urls();
    let mut rows = vec![
        ("API".to_owned(), urls.api.clone()),
        ("Verifier".to_owned(), urls.verify.clone()),
        (
            "Journal of mails and messages".to_owned(),
            format!("{}/journal", urls.simulators),
        ),
        ("S3".to_owned(), urls.s3.clone()),
        ("DynamoDB".to_owned(), urls.dynamodb.clone()),
        ("SQS".to_owned(), urls.sqs.clone()),
        ("KMS".to_owned(), urls.kms.clone()),
        ("Parameter Store".to_owned(), urls.ssm.clone()),
    ];
    let sign_in = |person: &Person| {
        format!(
            "{:<22}{PASSWORD}  {}  {}",
            person.email, person.id, person.name
        )
    };
    rows.extend(people.iter().map(|person| {
        (
            format!("Sign in as {}", person.role.code()),
            sign_in(person),
        )
    }));
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or_default();
    let mut out = String::new();
    for (name, value) in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {name:<width$}  {value}");
    }
    out
}

async fn write(table: &Table) -> Result<(), SeedError> {
    let first: AccountId = PEOPLE[0].id.parse().expect("a UUID");
    if table
        .account(first)
        .await
        .map_err(SeedError::Store)?
        .is_some()
    {
        return Ok(());
    }
    let hash = registrar_identity::hash_password(PASSWORD, b"registrar-demo-1")
        .expect("the demo password can be hashed");
    // The first account comes last: while it is missing, the next start tries again.
    for person in PEOPLE.iter().rev() {
        match table
            .create_account(&account(person).map_err(SeedError::Value)?, Some(&hash))
            .await
        {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(SeedError::Store(error)),
        }
    }
    Ok(())
}

fn account(person: &Person) -> Result<Account, ValueError> {
    let made = "2026-01-01T00:00:00Z".parse().expect("a time");
    Ok(Account {
        id: person.id.parse().expect("a UUID"),
        role: person.role,
        name: PersonName::new(person.name)?,
        email: Email::new(person.email)?,
        phone: person.phone.map(Phone::new).transpose()?,
        locale: person.locale,
        created_at: made,
        activated_at: Some(made),
        disabled_at: None,
        version: 1,
    })
}
