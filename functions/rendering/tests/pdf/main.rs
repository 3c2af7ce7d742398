//! The certificate PDF, judged by tools that others wrote: poppler, zbar and qpdf, and by the checkers of `archive.py`.
//!
//! Debian packages: `poppler-utils`, `zbar-tools`, `qpdf`; Python packages: `tests/requirements.txt`. A missing tool fails
//! the test with its name.

mod archive;
mod facts;
mod fits;
mod hostile;
mod names;
mod outside;
mod page;
mod scans;
mod scripts;
