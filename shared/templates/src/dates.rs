//! Dates as people write them.

use jiff::civil::Date;

use registrar_domain::account::Locale;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `November 24, 2025`, or `24 novembre 2025` (the first of a month: `1er`).
pub fn date(date: Date, locale: Locale) -> String {
    let (day, year) = (date.day(), date.year());
    let month = usize::from(date.month().unsigned_abs()) - 1;
    match locale {
        Locale::En => format!("{} {day}, {year}", MONTHS_EN[month]),
        Locale::Fr if day == 1 => format!("1er {} {year}", MONTHS_FR[month]),
        Locale::Fr => format!("{day} {} {year}", MONTHS_FR[month]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[test]
    fn dates_are_written_out() {
        assert_eq!(date(day(2025, 11, 24), Locale::En), "November 24, 2025");
        assert_eq!(date(day(2025, 8, 1), Locale::Fr), "1er août 2025");
        assert_eq!(date(day(2025, 12, 31), Locale::Fr), "31 décembre 2025");
    }
}
