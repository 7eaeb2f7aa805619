"""The rules, one file for each family; ``simplify.catalogue`` puts them in order."""
