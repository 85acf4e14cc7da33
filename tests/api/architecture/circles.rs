//! Which file needs which, read from `use` and from paths; and whether any come round to each other.
//!
//! A name that a module only passes on belongs to the file that has it: `domain::statistics::Count` is of
//! `statistics/count.rs`, so that a folder's `mod.rs` may name what its files have.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// A module by its path, such as `["crate", "domain", "time"]`.
type Module = Vec<String>;

/// The modules of some crates, with what each brings into scope and says.
struct Source {
    modules: BTreeMap<Module, Scope>,
}

/// What a file says.
struct Scope {
    /// Its text without comments, its own tests, and statements of `use`.
    text: String,
    /// The names that `use` brings into scope, with their whole paths; `*` for all of a module.
    uses: Vec<(String, Module)>,
    /// The same of those that it does not pass on alone.
    own: Vec<Module>,
}

/// The files that come round to each other, without those below `but`: each with one way round.
pub(super) fn circles(root: &Path, crates: &[(&str, &str)], but: &[&str]) -> Vec<String> {
    let source = Source::read(root, crates);
    let needs: BTreeMap<&Module, BTreeSet<Module>> =
        source.modules.keys().map(|module| (module, source.needs(module))).collect();
    let mut found = Vec::new();
    for module in source.modules.keys() {
        let name = module.join("::");
        if but.iter().any(|but| name.starts_with(but)) {
            continue;
        }
        if let Some(way) = way_back(module, &needs) {
            found.push(way.join(" -> "));
        }
    }
    found
}

/// The shortest way from a module back to itself.
fn way_back(from: &Module, needs: &BTreeMap<&Module, BTreeSet<Module>>) -> Option<Vec<String>> {
    let mut before: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut next = vec![from];
    while !next.is_empty() {
        let mut further = Vec::new();
        for module in next {
            for needed in &needs[module] {
                if needed == from {
                    let mut way = vec![from.join("::"), module.join("::")];
                    let mut at = module;
                    while let Some(earlier) = before.get(at) {
                        way.push(earlier.join("::"));
                        at = earlier;
                    }
                    way.reverse();
                    return Some(way);
                }
                if !before.contains_key(needed) {
                    before.insert(needed, module);
                    further.push(needed);
                }
            }
        }
        next = further;
    }
    None
}

impl Source {
    fn read(root: &Path, crates: &[(&str, &str)]) -> Self {
        let mut texts = BTreeMap::new();
        for (name, folder) in crates {
            for file in super::files(&root.join(folder)) {
                let below = file.strip_prefix(root.join(folder)).expect("a file of the folder").with_extension("");
                let mut parts: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                if parts == ["main"] {
                    continue;
                }
                if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
                    parts.pop();
                }
                parts.insert(0, (*name).to_owned());
                texts.insert(parts, without_comments(&std::fs::read_to_string(&file).expect("the file is text")));
            }
        }
        let modules: BTreeSet<Module> = texts.keys().cloned().collect();
        let scopes = texts.into_iter().map(|(module, text)| {
            let (mut uses, mut own) = (Vec::new(), Vec::new());
            let (text, statements) = split(&text);
            for (is_passed_on, path) in statements {
                for (path, name) in expanded(&path) {
                    let Some(whole) = whole(&module, &path, &modules) else { continue };
                    if !is_passed_on {
                        own.push(whole.clone());
                    }
                    uses.push((name, whole));
                }
            }
            (module, Scope { text, uses, own })
        });
        Self { modules: scopes.collect() }
    }

    /// The modules that one needs.
    fn needs(&self, module: &Module) -> BTreeSet<Module> {
        let scope = &self.modules[module];
        let modules = self.modules.keys().cloned().collect();
        let by_path = paths(&scope.text).into_iter().filter_map(|path| {
            let known = scope.uses.iter().find(|(name, _)| *name == path[0]);
            let begin = known.map(|(_, whole)| whole.iter().chain(&path[1..]).cloned().collect());
            begin.or_else(|| whole(module, &path, &modules))
        });
        let passed_on = scope.uses.iter().filter(|(name, _)| names(&scope.text, name)).map(|(_, whole)| whole.clone());
        let all = scope.own.iter().cloned().chain(passed_on).chain(by_path);
        let mut needs: BTreeSet<_> = all.filter_map(|path| self.home(&path, 0)).collect();
        needs.remove(module);
        needs
    }

    /// The module that has what a path leads to.
    fn home(&self, path: &[String], passed_on: usize) -> Option<Module> {
        let length = (1..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let (module, rest) = path.split_at(length);
        let scope = &self.modules[module];
        if let Some(name) = rest.first()
            && passed_on < 6
        {
            let named = scope.uses.iter().find(|(known, whole)| known == name && whole.as_slice() != path);
            if let Some((_, whole)) = named {
                let further: Vec<_> = whole.iter().chain(&rest[1..]).cloned().collect();
                return self.home(&further, passed_on + 1);
            }
        }
        Some(module.to_vec())
    }
}

/// The text of a file without its comments, and without the tests at its end.
fn without_comments(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// A text without the statements that bring names into scope, and these: whether they only pass names on, and what they
/// say.
fn split(text: &str) -> (String, Vec<(bool, String)>) {
    let (mut rest, mut statements) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let begin = line.trim();
        let is_passed_on = begin.starts_with("pub");
        let said = if begin.starts_with("use ") { Some(begin) } else { begin.split_once(") ").map(|(_, said)| said) };
        let said = said.or_else(|| begin.strip_prefix("pub ")).and_then(|said| said.strip_prefix("use "));
        let Some(said) = said else {
            rest.push_str(line);
            rest.push('\n');
            continue;
        };
        let mut statement = said.to_owned();
        while !statement.ends_with(';') {
            statement.push_str(lines.next().expect("a statement ends").trim());
        }
        statements.push((is_passed_on, statement.trim_end_matches(';').to_owned()));
    }
    (rest, statements)
}

/// Each path of a statement, with the name that it brings.
fn expanded(statement: &str) -> Vec<(Vec<String>, String)> {
    let Some((before, inner)) = statement.split_once('{') else {
        let (path, name) = statement.split_once(" as ").unwrap_or((statement, ""));
        let mut path: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let last = path.last().cloned().unwrap_or_default();
        return vec![(path, if name.is_empty() { last } else { name.trim().to_owned() })];
    };
    let inner = &inner[..inner.rfind('}').expect("what is opened is closed")];
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for letter in inner.chars() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        match letter {
            ',' if depth == 0 => parts.push(String::new()),
            letter => parts.last_mut().expect("one part at least").push(letter),
        }
    }
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.flat_map(|part| expanded(&format!("{}{part}", before.trim()))).collect()
}

/// A path from the root of its crate; none for one of another crate.
fn whole(module: &Module, path: &[String], modules: &BTreeSet<Module>) -> Option<Module> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    match path.first()?.as_str() {
        "super" => Some([&module[..module.len().checked_sub(ups)?], &path[ups..]].concat()),
        "self" => Some([module, &path[1..]].concat()),
        "crate" => Some([&module[..1], &path[1..]].concat()),
        first if modules.contains(&vec![first.to_owned()]) => Some(path.to_vec()),
        first => {
            let child = [module.as_slice(), &[first.to_owned()]].concat();
            modules.contains(&child).then(|| [module, path].concat())
        }
    }
}

/// The paths in a text, of two parts and more.
fn paths(text: &str) -> Vec<Vec<String>> {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let words = text.split(|letter| !is_letter(letter)).filter(|word| word.contains("::"));
    let parts = words.map(|word| word.split("::").filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect());
    parts.filter(|path: &Vec<String>| path.len() > 1).collect()
}

/// Whether a text speaks of a name: not as a field or a method, and not where it is declared.
fn names(text: &str, name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let is_whole = !before.ends_with(is_letter) && !after.starts_with(is_letter);
        let is_field = before.ends_with('.') || (after.starts_with(':') && !after.starts_with("::"));
        let is_declared = ["mod ", "fn ", "::"].iter().any(|word| before.ends_with(word));
        is_whole && !is_field && !is_declared
    })
}
