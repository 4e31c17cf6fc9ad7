"""Whether an adult may be alone with other people's children.

Nouns: Check, RequiredCheck, AssuranceLetter; the one question is `cleared_to_teach`. It may
import people, centres and core.
"""
