//! What holds the whole workspace: the rules of the house.

#[cfg(test)]
mod house;
