import { ask } from "./ask";
import { graphql } from "./gql";

const assert = (holds: boolean, what: string) => {
  if (!holds) throw new Error(what);
};
const url = process.argv[2];

const counts = graphql(`
  query Counts {
    cluster(by: { slug: "circlemade" }) {
      statistics {
        then: headcount(at: { asOf: "2018-06-01" }) { effective { value } }
        now: headcount(at: { asOf: "2026-01-01" }) { effective { value } }
      }
    }
  }
`);
const members = graphql(`
  query Members($first: Int!, $after: String) {
    cluster(by: { slug: "circlemade" }) {
      memberships(at: { asOf: "2018-06-01" }, first: $first, after: $after) {
        edges { status period { lastConfirmedOn } node { id organization { __typename id name } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);
const ofOrganization = graphql(`
  query OfOrganization($id: ID!) {
    organization(by: { id: $id }) { memberships(at: { asOf: "2018-06-01" }) { nodes { id } } }
  }
`);

async function main() {
  // Two dates of one cluster side by side.
  const { data, basis } = await ask(url, counts, {});
  // @ts-expect-error A cluster may be null: the compiler asks to say what then.
  data.cluster.statistics;
  assert(data.cluster?.statistics.then.effective.value === 8, "eight members then");
  assert(data.cluster?.statistics.now.effective.value === 10, "ten members now");

  // Pages, one after the other at the basis of the first.
  const edges = [];
  let after: string | null | undefined;
  for (let page = 0; page < 4; page++) {
    const { memberships } = (await ask(url, members, { first: 3, after }, basis)).data.cluster!;
    edges.push(...memberships.edges);
    after = memberships.pageInfo.endCursor;
    if (!memberships.pageInfo.hasNextPage) break;
  }
  assert(edges.length === 8 && new Set(edges.map(({ node }) => node.id)).size === 8, "every member once");
  assert(edges.every(({ status }) => status === "EFFECTIVE"), "effective members");
  // @ts-expect-error No status is called so.
  assert(edges.every(({ status }) => status !== "ACTIVE"), "a status is one of a closed set");

  // An id seen through two lists names one thing.
  const [{ node }] = edges;
  const other = await ask(url, ofOrganization, { id: node.organization.id });
  assert(other.data.organization?.memberships.nodes[0].id === node.id, "the same membership");

  // The basis of an answer is told, and can be asked for.
  const then = await ask(url, counts, {}, { asOf: "2020-01-01", knownAt: basis.knownAt });
  assert(then.basis.asOf === "2020-01-01" && then.basis.revision === basis.revision, "the basis that was asked for");
}

main();
