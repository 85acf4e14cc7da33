import runtime from "relay-runtime";
import { trihelix } from "./relay.js";
import { assert, assertBasis } from "./questions.js";

const { createOperationDescriptor } = runtime;
const document = async (name) => (await import(`./relay/__generated__/documents${name}Query.graphql.js`)).default;
const { environment, basis } = trihelix(process.argv[2]);
const operation = async (name, variables) => createOperationDescriptor(await document(name), variables);
const kept = async (name, variables) => environment.lookup((await operation(name, variables)).fragment).data;
const ask = async (name, variables) => {
  await environment.execute({ operation: await operation(name, variables) }).toPromise();
  return kept(name, variables);
};

// Two dates of one cluster side by side: the second does not overwrite the first.
for (const day of ["2018-06-01", "2026-01-01"]) await ask("Counts", { day });
const effective = async (day) => (await kept("Counts", { day })).cluster.statistics.headcount.effective.value;
assert.equal(await effective("2018-06-01"), 8);
assert.equal(await effective("2026-01-01"), 10);

// Pages become one list, of each date its own.
await ask("Members", { day: "2026-01-01", first: 100 });
let { memberships } = (await ask("Members", { day: "2018-06-01", first: 3 })).cluster;
for (let page = 1; page < 4 && memberships.pageInfo.hasNextPage; page++) {
  const variables = { day: "2018-06-01", first: 3, after: memberships.pageInfo.endCursor };
  ({ memberships } = (await ask("Members", variables)).cluster);
}
assert.equal(memberships.edges.length, 8);
assert.equal(new Set(memberships.edges.map(({ node }) => node.id)).size, 8);
assert.equal((await kept("Members", { day: "2026-01-01", first: 100 })).cluster.memberships.edges.length, 10);

// An id seen through two lists is one object: what one list did not ask of it is there from the other.
const { node } = memberships.edges[0];
const other = await ask("OfOrganization", { id: node.organization.id });
assert.deepEqual(other.organization.memberships.nodes.map(({ id }) => id), [node.id]);
const record = environment.getStore().getSource().toJSON()[node.organization.id];
assert.equal(record.name, node.organization.name);
assert.ok("website" in record);

// The basis of the last answer is told, and can be asked for.
assertBasis(basis.answered);
basis.asked = { asOf: "2020-01-01", knownAt: basis.answered.knownAt };
await ask("Register", {});
assert.equal(basis.answered.asOf, "2020-01-01");
