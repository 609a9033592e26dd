"""What a month of a stack costs: every declared resource times its published price, at the load the stack expects.

prices         the price of an item in a region, and what stands in where none is published
line           a line of the bill, and the sums over lines
demand         what the expected users ask for in a month, and of which region
<group>        the lines of one group of services; `bill` runs them all
measures       what a naive build of the same platform would leave out, as changes to the graph
"""
