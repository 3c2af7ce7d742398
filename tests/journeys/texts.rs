//! Text that people type: what is taken of it, and when two texts are the same.

mod same;
mod shown;
