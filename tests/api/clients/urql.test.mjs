import { introspected, trihelix } from "./urql.js";
import { COUNTS, MEMBERS, OF_ORGANIZATION, assert, assertBasis } from "./questions.js";

const url = process.argv[2];
const { client, basis } = trihelix(url, await introspected(url));
const lost = [];
for (const level of ["error", "warn"]) console[level] = (...told) => lost.push(told.join(" "));
const ask = async (query, variables, requestPolicy) => {
  const { data, error } = await client.query(query, variables, { requestPolicy }).toPromise();
  assert.equal(error, undefined);
  return data;
};

// Two dates of one cluster side by side: the second does not overwrite the first.
for (const day of ["2018-06-01", "2026-01-01"]) await ask(COUNTS, { day });
const kept = async (day) => (await ask(COUNTS, { day }, "cache-only")).cluster;
assert.equal((await kept("2018-06-01")).statistics.headcount.effective.value, 8);
assert.equal((await kept("2026-01-01")).statistics.headcount.effective.value, 10);
assert.equal((await kept("2018-06-01")).memberships.edges.length, 8);

// Pages become one list.
let data = await ask(MEMBERS, { first: 3 });
for (let page = 1; page < 4 && data.cluster.memberships.pageInfo.hasNextPage; page++) {
  data = await ask(MEMBERS, { first: 3, after: data.cluster.memberships.pageInfo.endCursor });
}
assert.equal(data.cluster.memberships.edges.length, 8);
assert.equal(new Set(data.cluster.memberships.edges.map(({ node }) => node.id)).size, 8);

// An id seen through two lists is one object: what one list did not ask of it is there from the other.
const { node } = data.cluster.memberships.edges[0];
const other = await ask(OF_ORGANIZATION, { id: node.organization.id });
assert.deepEqual(other.organization.memberships.nodes.map(({ id }) => id), [node.id]);
const both = `query ($id: ID!) { organization(by: { id: $id }) { id memberships(filter: { status: [EFFECTIVE, ENDED] }, at: { asOf: "2018-06-01" }) {
  nodes { id organization { id name website } } } } }`;
const [seen] = (await ask(both, { id: node.organization.id }, "cache-only")).organization.memberships.nodes;
assert.equal(seen.organization.name, node.organization.name);
assert.ok("website" in seen.organization);

// The basis of the last answer is told, and can be asked for.
assertBasis(basis.answered);
basis.asked = { asOf: "2020-01-01", knownAt: basis.answered.knownAt };
await ask("{ register { revision } }", {});
assert.equal(basis.answered.asOf, "2020-01-01");
assert.deepEqual(lost, []);
