"""Search the starter library by a phrase, a filter and facts."""

import clics

result = clics.search("corner-sharing octahedra", where="elements:O nsites<20", top=5)
print(f"{result.searched} crystals pass the filter; understood: {result.understood}")
for hit in result:
    facts = ", ".join(f"{words}: {'✓' if holds else '✗'}" for words, holds in hit.checks.items())
    print(f"{hit.score:.2f}  {hit.formula:12} {hit.space_group:10} {facts}")

# Conditions are decided by the stored facts, not by the model.
strict = clics.search("octahedra", must=["corner-sharing octahedra"], must_not=["face-sharing octahedra"], top=5)
print([hit.formula for hit in strict])

# A structure type stands for crystals similar to its prototype; a result is a table, too.
print(clics.search("spinel", top=3).to_dataframe()[["formula", "space_group", "score"]])
