//! Pictures of paper set right before they are recognised: light, focus, skew, the sheet found in a photo; and what was pasted into one.
//!
//! Plain functions over pixels; nothing here reads letters.

mod bend;
mod boxes;
mod focus;
mod light;
mod patch;
mod region;
mod ruling;
mod scale;
mod sheet;
mod skew;
mod tone;

pub use bend::Bend;
pub use boxes::{TickBox, tick_boxes};
pub use focus::sharpened;
pub use light::even_light;
pub use patch::pasted;
pub use ruling::without_ruling;
pub use scale::scale;
pub use sheet::{Quad, find_sheet, is_page, unwarp};
pub use skew::{lean, lines_run_across, rotate, skew};
pub use tone::other_tone;
