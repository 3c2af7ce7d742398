//! Finding tickets: lists, search, unread marks, statistics, and what stands in the indexes when many come at once.

mod crowd;
mod lists;
mod many;
mod notes;
mod search;
mod statistics;
