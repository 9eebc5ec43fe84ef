"""Seeded schedules of everything that may happen, over the real handlers, steps and adapters.

AWS is in memory, below botocore; time is simulated. `python -m tests.chaos --help`.
"""
