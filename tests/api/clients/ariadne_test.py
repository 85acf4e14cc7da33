import sys
from datetime import date

from register import Register

register = Register(url=sys.argv[1])

# Two dates of one cluster side by side.
then, now = (
    register.counts(day=day).cluster.statistics.headcount.effective.value for day in (date(2018, 6, 1), date(2026, 1, 1))
)
assert (then, now) == (8, 10), (then, now)

# Pages, one after the other at the basis of the first.
register.asked = register.answered
edges, after = [], None
for _ in range(4):
    memberships = register.members(first=3, after=after).cluster.memberships
    edges += memberships.edges
    after = memberships.page_info.end_cursor
    if not memberships.page_info.has_next_page:
        break
assert len(edges) == len({edge.node.id for edge in edges}) == 8, edges
assert {edge.status.value for edge in edges} == {"EFFECTIVE"}, edges

# An id seen through two lists names one thing.
node = edges[0].node
other = register.of_organization(id=node.organization.id).organization
assert [membership.id for membership in other.memberships.nodes] == [node.id]

# The basis of an answer is told, and can be asked for.
first = register.answered
register.asked = {"asOf": "2020-01-01", "knownAt": first["knownAt"]}
register.counts(day=date(2018, 6, 1))
assert register.answered["asOf"] == "2020-01-01" and register.answered["revision"] == first["revision"]
