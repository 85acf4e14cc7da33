import { gql } from "@apollo/client/core";
import { possibleTypes, trihelix } from "./apollo.js";
import { COUNTS, MEMBERS, OF_ORGANIZATION, assert, assertBasis } from "./questions.js";

const uri = process.argv[2];
const { client, basis } = trihelix(uri, await possibleTypes(uri));
const lost = [];
for (const level of ["error", "warn"]) console[level] = (...told) => lost.push(told.join(" "));

// Two dates of one cluster side by side: the second does not overwrite the first.
const counts = gql(COUNTS);
for (const day of ["2018-06-01", "2026-01-01"]) await client.query({ query: counts, variables: { day } });
const kept = (day) => client.readQuery({ query: counts, variables: { day } }).cluster;
assert.equal(kept("2018-06-01").statistics.headcount.effective.value, 8);
assert.equal(kept("2026-01-01").statistics.headcount.effective.value, 10);
assert.equal(kept("2018-06-01").memberships.edges.length, 8);

// Pages become one list.
const members = gql(MEMBERS);
const watched = client.watchQuery({ query: members, variables: { first: 3 } });
watched.subscribe(() => {});
await client.query({ query: members, variables: { first: 3 } });
const merged = () => client.readQuery({ query: members, variables: { first: 3 } });
let data = merged();
for (let page = 1; page < 4 && data.cluster.memberships.pageInfo.hasNextPage; page++) {
  await watched.fetchMore({ variables: { after: data.cluster.memberships.pageInfo.endCursor } });
  data = merged();
}
assert.equal(data.cluster.memberships.edges.length, 8);
assert.equal(new Set(data.cluster.memberships.edges.map(({ node }) => node.id)).size, 8);
// The list of the other question is another one, and still whole.
assert.equal(kept("2018-06-01").memberships.edges.length, 8);

// An id seen through two lists is one object.
const { node } = data.cluster.memberships.edges[0];
const asked = { query: gql(OF_ORGANIZATION), variables: { id: node.organization.id } };
const { data: other } = await client.query(asked);
assert.deepEqual(other.organization.memberships.nodes.map(({ id }) => id), [node.id]);
const objects = client.cache.extract();
const of = Object.values(objects).filter((object) => object.id === node.organization.id);
assert.equal(of.length, 1);
assert.ok("website" in of[0] && Object.keys(of[0]).some((field) => field.startsWith("name")));

// The basis of the last answer is told, and can be asked for.
assertBasis(basis.answered);
basis.asked = { asOf: "2020-01-01", knownAt: basis.answered.knownAt };
await client.query({ query: gql`{ register { revision } }` });
assert.equal(basis.answered.asOf, "2020-01-01");
assert.deepEqual(lost, []);
