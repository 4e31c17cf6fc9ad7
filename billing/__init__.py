"""What is owed and why.

Nouns: Account, Rate, Charge. It charges for a reason in words and has never heard of a lesson.
It may import people, centres and core.
"""
