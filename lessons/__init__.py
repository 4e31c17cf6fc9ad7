"""What the service teaches: subjects, courses and their weekly runs, open lesson slots.

Nouns: Subject, Genre, Course, CourseRun, Tuition. It may import loans, bookings and below.
"""
