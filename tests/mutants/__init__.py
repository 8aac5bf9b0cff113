"""Mutation of the program: is every change to a rule noticed by some test?

`mutate.py` changes one thing in a module (a comparison, a condition, a constant, a statement left out),
`trial.py` runs the module's tests against it in a process of its own, and `python -m tests.mutants`
(`make mutants`) prints what no test noticed. What changes nothing that anybody can see is listed with its
reason in `equivalent.txt`.

Why not mutmut or cosmic-ray: mutmut leaves decorated functions alone, and every rule is one; cosmic-ray
starts an interpreter per mutant, which takes four seconds to get to golden cases that take a tenth of one.
"""
