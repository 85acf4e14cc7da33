//! Programs of others for tests: npm's packages, run by Node.js.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// Says what was left out, where it is seen though the test passes.
pub(crate) fn skipped(what: &str) {
    writeln!(std::io::stderr(), "== SKIPPED: {what}").expect("standard error is written");
}

/// The version of Node.js, if there is one.
pub(crate) fn version() -> Option<u32> {
    let told = Command::new("node").arg("--version").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    told.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// A folder of one run of a test, with the files of folders of `tests/api`: each in the place that
/// it has in the first.
pub(crate) fn folder(test: &str, of: &[&str]) -> PathBuf {
    // Tests on another database may run at the same time.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id()));
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    for of in of {
        let within = of.split_once('/').map_or("", |(_, within)| within);
        fs::create_dir_all(folder.join(within)).expect("a folder");
        for file in fs::read_dir(tests.join(of)).expect("a folder") {
            let file = file.expect("a file");
            if file.file_type().expect("a type").is_file() {
                fs::copy(file.path(), folder.join(within).join(file.file_name())).expect("it is copied");
            }
        }
    }
    folder
}

/// Takes the packages that the folder's `package.json` names.
pub(crate) fn install(folder: &Path) {
    run(folder, &["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]);
}

/// Runs a command in a folder, and answers what it says; it has to succeed.
pub(crate) fn run(folder: &Path, command: &[&str]) -> String {
    let [program, arguments @ ..] = command else { unreachable!("a command has a name") };
    let ran = Command::new(program).args(arguments).current_dir(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("{command:?}: {error}; ./test installs what is missing"));
    let (told, faults) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{command:?}\n{told}\n{faults}");
    told.into_owned()
}
