//! Takes GraphiQL's built files along, where `npm` is at hand: they are published there and nowhere
//! for Cargo.
//!
//! Without `npm`, or without the network, the server shows its own explorer instead.
//! `TRIHELIX_GRAPHIQL=off` asks for that.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The last GraphiQL and React that are published as scripts for pages.
const PACKAGES: [&str; 3] = ["graphiql@4.1.2", "react@18.3.1", "react-dom@18.3.1"];

/// The files that its page needs: of which package, and under which name they are served.
const FILES: [(&str, &str, &str); 4] = [
    ("graphiql-4.1.2.tgz", "package/graphiql.min.js", "graphiql.min.js"),
    ("graphiql-4.1.2.tgz", "package/graphiql.min.css", "graphiql.min.css"),
    ("react-18.3.1.tgz", "package/umd/react.production.min.js", "react.min.js"),
    ("react-dom-18.3.1.tgz", "package/umd/react-dom.production.min.js", "react-dom.min.js"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TRIHELIX_GRAPHIQL");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it"));
    let is_wanted = env::var("TRIHELIX_GRAPHIQL").as_deref() != Ok("off");
    let found = if is_wanted { unpacked(&out.join("npm")) } else { None };
    let files = found.into_iter().flatten().map(|(name, path)| format!("({name:?}, include_bytes!({path:?})),"));
    let list = format!("&[{}]", files.collect::<String>());
    fs::write(out.join("graphiql.rs"), list).expect("the build's folder can be written");
}

/// The files with their names; `None` where one is missing.
fn unpacked(folder: &Path) -> Option<Vec<(&'static str, PathBuf)>> {
    fs::create_dir_all(folder).ok()?;
    // A machine without the network must not wait for it.
    let patience = ["--silent", "--fetch-retries=0", "--fetch-timeout=20000"];
    run(Command::new("npm").arg("pack").args(PACKAGES).args(patience).current_dir(folder))?;
    let mut files = Vec::new();
    for (archive, path, name) in FILES {
        run(Command::new("tar").args(["-xzf", archive, path]).current_dir(folder))?;
        let file = folder.join(name);
        fs::rename(folder.join(path), &file).ok()?;
        files.push((name, file));
    }
    Some(files)
}

fn run(command: &mut Command) -> Option<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.ok()?.success().then_some(())
}
