//! The `trihelix` command.

use std::{io::Write as _, process::ExitCode};

use clap::Parser;
use trihelix::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of a thread, in bytes. Without optimization an answer some twenty fields deep was seen to need more than
/// the usual 2 MiB, so there is room to spare below the schema's limit.
const STACK: usize = 16 * 1024 * 1024;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    match runtime {
        // A task of its own, as the main thread's stack is the system's to size.
        Ok(runtime) => runtime.block_on(async { tokio::spawn(cli.run()).await.unwrap_or(ExitCode::FAILURE) }),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "the runtime cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}
