"""What the shop's owners were promised, computed from what a stack declares.

figure       a number that carries its formula, the settings and facts it rests on, and how good it is
deployed     a recorded graph, as the models read it
promise      a promise, what is reached, and the verdict
exhibit      tables, charts and maps that a model adds to the report
users        where the users are, and how far from what answers them
failover, database, scaling, capacity, availability, latency, delivery, caching, cost
             the models, a folder each; `model` holds what is judged, and reads the graph alone
sensitivity  which settings move a promise most
judging      runs every model
"""
