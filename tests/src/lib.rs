//! What holds the whole workspace: the rules of the house; and what journeys and the bench have in common.

pub mod crowd;

#[cfg(test)]
mod house;
