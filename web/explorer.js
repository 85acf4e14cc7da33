// An explorer that needs nothing but this server: an editor, variables, the schema's reference, and what was asked before.
const at = (id) => document.getElementById(id);
const HISTORY = "trihelix-asked";

const titleOf = (query) => query.match(/^#\s*(.+)/)?.[1] ?? query.trim().slice(0, 60);

function offer(select, list, first) {
  select.replaceChildren(new Option(first, ""), ...list.map(({ query }, number) => new Option(titleOf(query), number)));
  select.onchange = () => list[select.value] && show(list[select.value]);
}

function show({ query, variables }) {
  at("query").value = query;
  at("variables").value = variables ?? "";
}

const remembered = () => {
  try { return JSON.parse(localStorage.getItem(HISTORY)) ?? []; } catch { return []; }
};

function remember(asked) {
  const others = remembered().filter(({ query, variables }) => query !== asked.query || variables !== asked.variables);
  const list = [asked, ...others].slice(0, 30);
  try { localStorage.setItem(HISTORY, JSON.stringify(list)); } catch { /* the browser keeps nothing */ }
  offer(at("history"), list, "…");
}

async function send(query, variables) {
  return fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json;q=0.9" },
    body: JSON.stringify({ query, variables }),
  });
}

async function run() {
  const asked = { query: at("query").value, variables: at("variables").value };
  let variables;
  try {
    variables = asked.variables.trim() ? JSON.parse(asked.variables) : undefined;
  } catch (error) {
    at("answer").textContent = `The variables are no JSON: ${error.message}`;
    return;
  }
  remember(asked);
  const begun = performance.now();
  at("status").textContent = "…";
  try {
    const response = await send(asked.query, variables);
    const text = await response.text();
    at("status").textContent = `${response.status}, ${Math.round(performance.now() - begun)} ms`;
    try { at("answer").textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { at("answer").textContent = text; }
  } catch (error) {
    at("status").textContent = "";
    at("answer").textContent = `No answer: ${error.message}`;
  }
}

const SCHEMA = `{ __schema { types { kind name description
  fields(includeDeprecated: true) { name description args { name type { ...T } } type { ...T } }
  inputFields { name description type { ...T } } enumValues(includeDeprecated: true) { name description } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

const written = (type) => type.kind === "NON_NULL" ? `${written(type.ofType)}!` : type.kind === "LIST" ? `[${written(type.ofType)}]` : type.name;

function element(name, text, ...children) {
  const made = document.createElement(name);
  made.append(text, ...children);
  return made;
}

function reference(types) {
  const word = at("search").value.trim().toLowerCase();
  const members = (type) => [...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])];
  const fits = (type) => !word || type.name.toLowerCase().includes(word) || members(type).some(({ name }) => name.toLowerCase().includes(word));
  at("types").replaceChildren(...types.filter(fits).map((type) => {
    const rows = members(type).flatMap(({ name, description, args, type }) => {
      const taken = args?.length ? `(${args.map((argument) => `${argument.name}: ${written(argument.type)}`).join(", ")})` : "";
      const shown = element("dt", element("code", name));
      if (type) shown.append(" ", Object.assign(element("code", `${taken}: ${written(type)}`), { className: "type" }));
      return [shown, element("dd", description ?? "")];
    });
    return element("details", element("summary", element("code", type.name)), element("p", type.description ?? ""), element("dl", "", ...rows));
  }));
}

const questions = QUESTIONS.map((query) => ({ query }));
offer(at("questions"), questions, "…");
offer(at("history"), remembered(), "…");
const asked = new URLSearchParams(location.hash.slice(1));
show(asked.get("query") ? { query: asked.get("query"), variables: asked.get("variables") } : questions[0]);
at("run").onclick = run;
document.addEventListener("keydown", (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && run());
send(SCHEMA).then((response) => response.json()).then(({ data }) => {
  const types = data.__schema.types.filter(({ name }) => !name.startsWith("__"));
  types.sort((one, other) => (other.name === "Query") - (one.name === "Query") || one.name.localeCompare(other.name));
  reference(types);
  at("search").oninput = () => reference(types);
});
