// What each client is asked: the same documents, and the same of their answers.
import assert from "node:assert/strict";

// The same of a list in every document, as docs/clients.md advises: its pages are one list in a cache.
const LIST = "edges { cursor status node { id organization { id name } } } pageInfo { hasNextPage endCursor }";

export const COUNTS = `query Counts($day: Date!) {
  cluster(by: { slug: "circlemade" }) {
    id
    statistics { headcount(at: { asOf: $day }) { effective { value } } }
    memberships(at: { asOf: $day }, first: 100) { ${LIST} }
  }
}`;

export const MEMBERS = `query Members($first: Int!, $after: String) {
  cluster(by: { slug: "circlemade" }) {
    id
    memberships(at: { asOf: "2018-06-01" }, first: $first, after: $after) {
      ${LIST}
    }
  }
}`;

export const OF_ORGANIZATION = `query OfOrganization($id: ID!) {
  organization(by: { id: $id }) {
    id
    memberships(filter: { status: [EFFECTIVE, ENDED] }, at: { asOf: "2018-06-01" }) { nodes { id organization { id website } } }
  }
}`;

export { assert };

/** A basis says a day, an instant and a revision. */
export function assertBasis(basis) {
  assert.match(basis.asOf, /^\d{4}-\d\d-\d\d$/);
  assert.match(basis.knownAt, /^\d{4}-\d\d-\d\dT/);
  assert.ok(basis.revision >= 1);
}

// What hangs fails.
setTimeout(() => {
  process.stderr.write("no end after a minute\n");
  process.exit(1);
}, 60_000).unref();
