"""Who speaks, accuses and is accused: quotation marks, noun phrases, names, offices and sides of an article.

Shared by the finders of quotes and of allegations.
"""
