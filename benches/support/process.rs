//! What another process takes, as Linux tells it; nothing elsewhere.

use std::time::Duration;

/// How much time of processors a process has taken so far, to a hundredth of a second.
pub(crate) fn processor_time(id: u32) -> Option<Duration> {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // After the name, which stands in brackets: the 12th and the 13th, in ticks.
    let ticks = status.rsplit(')').next()?.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().unwrap_or_default()).sum();
    Some(Duration::from_millis(ticks * 10))
}

/// How much memory a process takes now, and how much it took at most, in MB.
pub(crate) fn memory(id: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024 / 1_000_000)
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}
