// Read by the compiler alone: the test runs what it makes of them.
import { graphql } from "relay-runtime";

graphql`
  query documentsCountsQuery($day: Date!) {
    cluster(by: { slug: "circlemade" }) {
      id
      statistics { headcount(at: { asOf: $day }) { effective { value } } }
    }
  }
`;

graphql`
  query documentsMembersQuery($day: Date!, $first: Int!, $after: String) {
    cluster(by: { slug: "circlemade" }) {
      memberships(at: { asOf: $day }, first: $first, after: $after)
        @connection(key: "Cluster_memberships") {
        edges { status node { id organization { id name } } }
      }
    }
  }
`;

graphql`
  query documentsOfOrganizationQuery($id: ID!) {
    organization(by: { id: $id }) {
      memberships(filter: { status: [EFFECTIVE, ENDED] }, at: { asOf: "2018-06-01" }) {
        nodes { id organization { id website } }
      }
    }
  }
`;

graphql`
  query documentsRegisterQuery {
    register { revision }
  }
`;
