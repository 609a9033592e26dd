"""What the shop's owners were promised, computed from what a stack declares.

figure       a number that carries its formula, the settings and facts it rests on, and how good it is
deployed     a recorded graph, as the models read it
promise      a promise, what is reached, and the verdict
exhibits     tables, charts and maps that a model adds to the report
<model>      one module for each group of promises; each reads the graph alone
sensitivity  which settings move a promise most
judging      runs every model
"""
