"""The kernel: what can be joined, who joined, when it happens, who came.

Nouns: Activity, Enrolment, Session, SessionStaff, Attendance, Closure, CancellationCause.
It may import billing, safeguarding, people, centres and core.
"""
