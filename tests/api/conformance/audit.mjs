// Runs the audits against the server whose address is the first argument; prints one line of JSON for each.
import { createRequire } from "node:module";
const { serverAudits } = createRequire(process.cwd() + "/")("graphql-http");
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason } = { id: audit.id, ...(await audit.fn()) };
  console.log(JSON.stringify({ id, name: name ?? audit.name, status, reason }));
}
