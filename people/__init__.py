"""Everyone the service knows, and what each may see and do.

Nouns: User, Person, Learner, LearnerCare, Guardianship, School, SchoolContact, Staff, RoleHeld,
ConsentWording, Consent. `access.py` answers every permission. It may import centres and core.
"""
