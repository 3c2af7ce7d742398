//! Who sees what, who may do what, and what nobody may read in the logs.

mod logs;
mod notes;
mod pages;
mod roles;
mod rows;
