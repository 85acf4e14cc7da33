// Runs the audits against the server whose address is the first argument; prints one line of JSON for each.
import { createRequire } from "node:module";
const { serverAudits } = createRequire(process.cwd() + "/")("graphql-http");
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason } = { id: audit.id, ...(await audit.fn()) };
  console.log(JSON.stringify({ id, name: name ?? audit.name, status, reason }));
}

// What GraphiQL and code generators ask first.
const { getIntrospectionQuery, buildClientSchema } = createRequire(process.cwd() + "/")("graphql");
const asked = await fetch(process.argv[2], {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query: getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true }) }),
});
const { data, errors } = await asked.json();
const status = data && buildClientSchema(data).getQueryType() ? "ok" : "error";
console.log(JSON.stringify({ id: "introspection", name: "the schema is read by clients", status, reason: errors }));
