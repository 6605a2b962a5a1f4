//! Which segment that was read answers which expected one.

use serde_json::Value;
use std::collections::BTreeSet;

/// Where a segment stands: its attachment and its pages.
pub(super) fn place(segment: &Value) -> (Option<String>, Vec<u64>) {
    (attachment(segment).map(str::to_owned), pages(segment))
}

fn attachment(segment: &Value) -> Option<&str> {
    segment["attachment"].as_str().filter(|name| !name.is_empty())
}

fn pages(segment: &Value) -> Vec<u64> {
    segment["pages"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// Pairs each expected segment with the one read that shares most of its pages, each at most once.
pub(super) fn paired<'a>(truths: &'a [Value], reads: &'a [Value]) -> Vec<(&'a Value, Option<&'a Value>)> {
    let mut used = vec![false; reads.len()];
    let mut pairs = Vec::new();
    for truth in truths {
        let mut best: Option<(f64, usize)> = None;
        for (index, read) in reads.iter().enumerate() {
            if used[index] || attachment(truth) != attachment(read) {
                continue;
            }
            let shared = shared_pages(truth, read, truths.len() == 1);
            if best.is_none_or(|(most, _)| shared > most) {
                best = Some((shared, index));
            }
        }
        let found = best.filter(|(shared, _)| *shared > 0.0).map(|(_, index)| index);
        if let Some(index) = found {
            used[index] = true;
        }
        pairs.push((truth, found.map(|index| &reads[index])));
    }
    pairs
}

/// A lone segment is answered by whatever was read, even on other pages.
fn shared_pages(truth: &Value, read: &Value, lone: bool) -> f64 {
    let set = |segment: &Value| pages(segment).into_iter().collect::<BTreeSet<u64>>();
    let (a, b) = (set(truth), set(read));
    let shared = a.intersection(&b).count();
    match (shared, lone) {
        (0, true) => 0.01,
        (0, false) if a.is_empty() && b.is_empty() => 1.0,
        _ => shared as f64 / a.union(&b).count().max(1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn segments_find_their_pages() {
        let truths = [json!({"pages": [1]}), json!({"pages": [2, 3]})];
        let reads = [json!({"pages": [2]}), json!({"pages": [1]}), json!({"pages": [3]})];
        let pairs = paired(&truths, &reads);
        assert_eq!(pairs[0].1, Some(&reads[1]));
        assert_eq!(pairs[1].1, Some(&reads[0]));
        assert_eq!(paired(&truths[..1], &reads[2..])[0].1, Some(&reads[2]));
        let attached = [json!({"pages": [1], "attachment": "a.pdf"})];
        assert_eq!(paired(&attached, &reads)[0].1, None);
    }
}
