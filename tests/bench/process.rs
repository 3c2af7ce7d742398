//! What the kernel knows of a process.

use crate::Result;
use std::{
    fs,
    process::{Child, Command},
};

/// Milliseconds that the threads of a process were on a processor, in its own code and in the
/// kernel's. Exact while the process sleeps; `/proc/<pid>/stat` counts in ticks of 10 ms.
pub(crate) fn cpu_ms(pid: u32) -> Result<f64> {
    let mut sum = 0.0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        let nanoseconds = text.split(' ').next().ok_or("schedstat is empty")?;
        sum += nanoseconds.parse::<f64>()? / 1e6;
    }
    Ok(sum)
}

/// The most memory that a process ever had resident, MB.
pub(crate) fn peak_mb(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmHWM")?;
    Ok(kilobytes.parse::<f64>()? * 1024.0 / 1e6)
}

/// Ends the process group that a child leads, and waits for the child.
pub(crate) fn end_group(child: &mut Child) -> Result<()> {
    let script = r#"kill -TERM "-$0""#;
    Command::new("sh")
        .args(["-c", script, &child.id().to_string()])
        .status()?;
    child.wait()?;
    Ok(())
}
