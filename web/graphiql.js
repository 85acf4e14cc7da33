// Opens GraphiQL with the example questions, or with the one in the address: #query=…&variables=…
const asked = new URLSearchParams(location.hash.slice(1));
const tabs = QUESTIONS.map((query) => ({ query }));
if (asked.get("query")) {
  tabs.unshift({ query: asked.get("query"), variables: asked.get("variables") ?? "" });
}
const fetcher = GraphiQL.createFetcher({ url: "/graphql" });
const properties = { fetcher, defaultQuery: tabs[0].query, defaultTabs: tabs, shouldPersistHeaders: false };
ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(GraphiQL, properties));
