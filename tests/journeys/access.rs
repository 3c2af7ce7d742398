//! Who sees what, who may do what, and what nobody may read in the logs.

mod foreign;
mod logs;
mod notes;
mod owners;
mod pages;
mod roles;
mod rows;
