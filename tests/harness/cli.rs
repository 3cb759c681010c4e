//! The `diary` command with a captured terminal, the world's clock and its network.

use std::io::Cursor;
use std::path::Path;

use diary_cli::{Environment, Exit, run_with};
use diary_demo::phone::{LOCK_RULES, PIN};

use crate::World;
use crate::world::beijing;

/// Result of a command.
#[derive(Debug)]
pub struct Ran {
    /// Exit code.
    pub exit: Exit,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `diary --home HOME ARGS` with `typed` on its terminal's input; the PIN comes from a file in `home`'s folder.
pub async fn diary(world: &World, home: &Path, args: &[&str], typed: &str) -> Ran {
    let pin = home.with_extension("pin");
    if !pin.exists() {
        std::fs::write(&pin, format!("{PIN}\n")).expect("the folder is there");
    }
    let pin = pin.display().to_string();
    let var = move |name: &str| (name == "DIARY_PIN_FILE").then(|| pin.clone());
    let home = home.display().to_string();
    let all = ["diary", "--home", &home].into_iter().chain(args.iter().copied()).map(Into::into);
    let (mut stdin, mut out, mut err) = (Cursor::new(typed.as_bytes().to_vec()), Vec::new(), Vec::new());
    let exit = {
        let mut environment = Environment {
            stdin: &mut stdin,
            stdout: &mut out,
            stderr: &mut err,
            read_secret: None,
            interactive: false,
            width: 80,
            clock: &*world.clock,
            monotonic_ms: &|| None,
            zone: beijing(),
            entropy: &*world.site.entropy,
            lock_rules: LOCK_RULES,
            var: &var,
        };
        run_with(all, &mut environment, || Ok(world.site.transport.clone())).await
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("commands print UTF-8");
    Ran { exit, out: text(out), err: text(err) }
}
