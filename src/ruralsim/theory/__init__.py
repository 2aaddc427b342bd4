"""Theory beside simulation: the same rules, homogeneous and without noise, in the well-mixed limit.

``definitions`` writes the rules once more for symbols and arrays (a test holds each to the engine's own function).
``state`` is a mean village, ``parts`` what the map and the limit share; ``village`` composes them into a month and
``yearly`` twelve of these into the yearly map; ``limit`` is its autonomous limit as differential equations, derived and
differentiated in SymPy (``equations``: in LaTeX); ``solve`` finds fixed points, follows them, and sees folds; ``loop``
reads loop gain, amplification and comparative statics off the Jacobian; ``simulation`` runs the engine in the same
limit, ``comparison`` says how far it is from theory and what the limit leaves out.
"""
