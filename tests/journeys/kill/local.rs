//! `registrar-local` as a process of its own, on the same folder and ports at every start.

use crate::house::{binaries, repository, unlimited};
use registrar_local::Urls;
use std::{net::TcpListener, path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{interval, timeout},
};

/// What the platform is started with. The lease is longer than a call of a provider may take.
const PARAMETERS: [&str; 4] = [
    "EmailSettleSeconds=1",
    "DeliveryBackoffSeconds=1",
    "DeliveryLeaseSeconds=4",
    "ProviderTimeoutMs=2000",
];
/// How many ports follow one another.
const PORTS: u16 = 6;
/// How long a start, or the end of an orphan, may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The running platform.
pub(super) struct Local {
    child: Child,
    pub(super) urls: Urls,
}

/// A process, told from a later one with the same id by when it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    id: u32,
    parent: u32,
    started: u64,
}

impl Local {
    /// Starts it at once: whatever an earlier one left behind must not be in the way.
    pub(super) async fn start(data: &Path, first_port: u16) -> Self {
        let mut command = Command::new(binaries().join("registrar-local"));
        command
            .arg("--data")
            .arg(data)
            .arg("--template")
            .arg(repository().join("infra/template.yaml"));
        let profile = format!("ProfileFile={}", unlimited());
        command.args(["--parameter", &profile]);
        command.args(["--ready-json", "--port", &first_port.to_string()]);
        command.args(
            PARAMETERS
                .iter()
                .flat_map(|parameter| ["--parameter", parameter]),
        );
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("registrar-local was built");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let line = timeout(PATIENCE, lines.next_line())
            .await
            .expect("ready in time")
            .expect("readable output");
        let line = line.expect("it says where it listens, and did not end");
        let urls = serde_json::from_str(&line).expect("one line of JSON");
        Self { child, urls }
    }

    /// `kill -9`, of the platform alone or of its functions too, as when the machine goes; gives the functions.
    pub(super) async fn kill(mut self, functions_too: bool) -> Vec<Process> {
        let own = self.child.id().expect("it runs");
        let functions: Vec<_> = processes()
            .into_iter()
            .filter(|process| process.parent == own)
            .collect();
        if functions_too {
            let ids: Vec<String> = functions
                .iter()
                .map(|process| process.id.to_string())
                .collect();
            // One that has just ended by itself makes this fail, after the others were killed.
            Command::new("sh")
                .args(["-c", &format!("kill -9 {own} {}", ids.join(" "))])
                .status()
                .await
                .expect("a shell");
        }
        self.child.kill().await.expect("it can be killed");
        functions
    }
}

/// Waits until every one of `orphans` has ended by itself.
pub(super) async fn ended(orphans: Vec<Process>) {
    let gone = async {
        let mut look = interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            let running = processes();
            let same = |orphan: &Process| {
                running
                    .iter()
                    .any(|p| (p.id, p.started) == (orphan.id, orphan.started))
            };
            if !orphans.iter().any(same) {
                return;
            }
        }
    };
    timeout(PATIENCE, gone)
        .await
        .expect("orphaned functions end by themselves");
}

/// The first of six free ports, below those that the system hands out by itself.
pub(super) fn free_ports() -> u16 {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let begin = 20_000 + u16::try_from(std::process::id() % 1_000).expect("below 1000") * PORTS;
    let mut blocks = (begin..30_000).step_by(usize::from(PORTS));
    blocks
        .find(|first| (*first..*first + PORTS).all(free))
        .expect("six free ports in a row")
}

/// All processes that have not ended, from `/proc`.
fn processes() -> Vec<Process> {
    let folders = std::fs::read_dir("/proc")
        .expect("journeys run on Linux")
        .flatten();
    folders
        .filter_map(|folder| process(&std::fs::read_to_string(folder.path().join("stat")).ok()?))
        .collect()
}

/// Reads `<id> (<name>) <state> <parent> …`, where the start is the 22nd field; nothing for one that has ended.
fn process(stat: &str) -> Option<Process> {
    let (id, rest) = stat.split_once(" (")?;
    let fields: Vec<&str> = rest.rsplit_once(") ")?.1.split(' ').collect();
    let number = |field: usize| fields.get(field)?.parse::<u64>().ok();
    let alive = !matches!(fields.first(), Some(&"Z" | &"X"));
    let parent = u32::try_from(number(1)?).ok()?;
    alive.then_some(Process {
        id: id.parse().ok()?,
        parent,
        started: number(19)?,
    })
}
