"""What every app stands on: access, actions, audit, the mail outbox, jobs and refusals.

Nouns: AuditRow, AccessRow, Email, MailCopy, Wording, Heartbeat. Not a word of music in here.
It imports no other app.
"""
