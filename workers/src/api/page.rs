//! Pages: how many, behind what, and what to ask for next.

use super::problem::Problem;
use axum::http::Uri;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Items of a page, unless another number is asked for.
const DEFAULT: i64 = 100;
/// Items of a page at most.
const MOST: i64 = 500;

/// What stands behind the question mark.
#[derive(Debug)]
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads a query; a key that is not among `known` is refused, so that a mistyped filter does not give everything.
    pub(super) fn of(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let query = axum::extract::Query::<BTreeMap<String, String>>::try_from_uri(uri);
        let axum::extract::Query(query) = query.map_err(|_| Problem::refused("paramètres mal écrits"))?;
        match query.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => {
                Err(Problem::refused(format!("paramètre inconnu « {key} » : possibles ici : {}", known.join(", "))))
            }
            None => Ok(Self(query)),
        }
    }

    /// Gives a parameter.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Gives where the page starts.
    pub(super) fn after(&self) -> &str {
        self.get("after").unwrap_or_default()
    }

    /// Gives how many items are asked for.
    pub(super) fn limit(&self) -> Result<i64, Problem> {
        let Some(limit) = self.get("limit") else { return Ok(DEFAULT) };
        let limit = limit.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| Problem::refused(format!("limit : donner un nombre de 1 à {MOST}")))
    }
}

/// Gives a page; `next` is what to ask for behind it, unless it is the last one.
pub(super) fn page(items: Vec<Value>, next: Option<String>) -> Value {
    json!({"items": items, "next": next})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_and_mistakes_refused() {
        let known = ["after", "limit"];
        let read = |text: &str| Query::of(&format!("/x{text}").parse().unwrap(), &known);
        let query = read("?after=a%20b&limit=7").unwrap();
        assert_eq!((query.after(), query.limit().unwrap()), ("a b", 7));
        assert_eq!((read("").unwrap().after(), read("").unwrap().limit().unwrap()), ("", DEFAULT));
        assert!(read("?afer=a").is_err());
        for wrong in ["0", "501", "-1", "dix"] {
            assert!(read(&format!("?limit={wrong}")).unwrap().limit().is_err(), "{wrong}");
        }
    }
}
