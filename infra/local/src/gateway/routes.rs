//! Route selection of an HTTP API: full match before greedy match, literal before `{name}`, method before `ANY`,
//! `$default` last.

use crate::template::Route;
use std::cmp::Reverse;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Name(String),
    Greedy(String),
}

#[derive(Clone, Debug)]
struct Pattern {
    segments: Vec<Segment>,
    route: Route,
    key: String,
}

/// A route that fits, with what its names stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matched<'a> {
    /// `ANY /tickets/{proxy+}`.
    pub(crate) key: &'a str,
    /// Logical id of the function.
    pub(crate) function: &'a str,
    pub(crate) parameters: BTreeMap<String, String>,
}

/// All routes, the most specific first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes {
    patterns: Vec<Pattern>,
    default: Option<Route>,
}

impl Routes {
    pub(crate) fn new(routes: &[Route]) -> Self {
        let mut out = Self::default();
        for route in routes {
            if route.path == "$default" {
                out.default = Some(route.clone());
                continue;
            }
            let segments = split(&route.path).map(segment).collect();
            let key = format!("{} {}", route.method, route.path);
            out.patterns.push(Pattern {
                segments,
                route: route.clone(),
                key,
            });
        }
        // Segment by segment: a literal before a name before a greedy rest, and more segments before fewer.
        out.patterns.sort_by_key(|pattern| {
            let ranks: Vec<u8> = pattern.segments.iter().map(rank).collect();
            let greedy = ranks.contains(&2);
            (
                greedy,
                ranks.iter().filter(|rank| **rank > 0).count(),
                Reverse(ranks.len()),
                pattern.route.method == "ANY",
            )
        });
        out
    }

    /// The route for a request, `None` when there is no `$default` either.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<Matched<'_>> {
        let given: Vec<&str> = split(path).collect();
        let fits =
            |pattern: &&Pattern| pattern.route.method == "ANY" || pattern.route.method == method;
        for pattern in self.patterns.iter().filter(fits) {
            if let Some(parameters) = pattern.matches(&given) {
                return Some(Matched {
                    key: &pattern.key,
                    function: &pattern.route.function,
                    parameters,
                });
            }
        }
        let route = self.default.as_ref()?;
        Some(Matched {
            key: "$default",
            function: &route.function,
            parameters: BTreeMap::new(),
        })
    }
}

impl Pattern {
    fn matches(&self, given: &[&str]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        let mut at = 0;
        for segment in &self.segments {
            match segment {
                Segment::Greedy(name) => {
                    let rest = given.get(at..).filter(|rest| !rest.is_empty())?;
                    parameters.insert(name.clone(), rest.join("/"));
                    return Some(parameters);
                }
                Segment::Literal(text) => {
                    if given.get(at)? != text {
                        return None;
                    }
                }
                Segment::Name(name) => {
                    let value = given.get(at).filter(|value| !value.is_empty())?;
                    parameters.insert(name.clone(), (*value).to_owned());
                }
            }
            at += 1;
        }
        (at == given.len()).then_some(parameters)
    }
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn segment(text: &str) -> Segment {
    match text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        None => Segment::Literal(text.to_owned()),
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Greedy(name.to_owned()),
            None => Segment::Name(name.to_owned()),
        },
    }
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Segment::Literal(_) => 0,
        Segment::Name(_) => 1,
        Segment::Greedy(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(list: &[(&str, &str, &str)]) -> Routes {
        let route = |(method, path, function): &(&str, &str, &str)| Route {
            method: (*method).into(),
            path: (*path).into(),
            function: (*function).into(),
        };
        Routes::new(&list.iter().map(route).collect::<Vec<_>>())
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes(&[
            ("ANY", "$default", "default"),
            ("ANY", "/{proxy+}", "all"),
            ("ANY", "/tickets/{proxy+}", "below"),
            ("ANY", "/tickets/{id}", "one"),
            ("GET", "/tickets/new", "new"),
            ("ANY", "/tickets/new", "any-new"),
            ("ANY", "/tickets", "list"),
        ]);
        let function =
            |method: &str, path: &str| routes.find(method, path).unwrap().function.to_owned();
        assert_eq!(function("GET", "/tickets"), "list");
        assert_eq!(function("GET", "/tickets/new"), "new");
        assert_eq!(function("PUT", "/tickets/new"), "any-new");
        assert_eq!(function("GET", "/tickets/7"), "one");
        assert_eq!(function("GET", "/tickets/7/messages"), "below");
        assert_eq!(function("GET", "/other"), "all");
    }

    #[test]
    fn a_longer_greedy_prefix_wins_over_a_shorter_one() {
        let routes = routes(&[
            ("ANY", "/api/{proxy+}", "api"),
            ("ANY", "/api/admin/certificates/{proxy+}", "certificates"),
            ("ANY", "/api/admin/{proxy+}", "admin"),
        ]);
        let found = routes.find("GET", "/api/admin/certificates/1/pdf").unwrap();
        assert_eq!(
            (found.function, found.parameters["proxy"].as_str()),
            ("certificates", "1/pdf")
        );
        assert_eq!(
            routes.find("GET", "/api/admin/x").unwrap().function,
            "admin"
        );
        assert_eq!(routes.find("GET", "/api"), None);
    }

    #[test]
    fn what_nothing_matches_goes_to_the_default_route_when_there_is_one() {
        let with = routes(&[
            ("ANY", "/tickets", "tickets"),
            ("ANY", "$default", "identity"),
        ]);
        assert_eq!(with.find("GET", "/").unwrap().key, "$default");
        assert_eq!(
            routes(&[("ANY", "/tickets", "tickets")]).find("GET", "/"),
            None
        );
    }
}
