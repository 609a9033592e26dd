"""What a change does to a stack: both revisions of the program run offline, and their graphs are compared.

revision    the program of another revision, run in a process of its own
comparison  what is added, changed, replaced and deleted
allowed     what stateful may be replaced or deleted, with a reason and a last day
moves       how each promise and the bill move
shown       for people: the terminal, and a page for the pull request

`replaced.csv` lists the properties whose change makes AWS's provider replace a resource, for every type that the
platform declares. It was made by asking terraform-provider-aws 5.100.0 (PlanResourceChange, one property changed at
a time, 2026-11), which pulumi-aws wraps. A type without a property is changed in place, whatever of it differs.
`stateful.csv` lists the types that hold what cannot be made again.
"""
