"""Faults injected into real servers; every count is taken from the side of the mail system.

Each row of the table of faults, and the tests that show it; tests/test_fault_index.py holds this list to the marks
`fault(row)`. What is in faults/ has a real Redis, a real PostgreSQL, workers and, where it says so, the web as
processes of their own; the others run in the test's process, with real SMTP, HTTP, threads or a real browser.

 1 Redis refused, silent or full when a letter is promised: faults/test_redis_faults
 2 Redis emptied, or restarted again and again: faults/test_redis_faults
 3 a worker killed before sending, and after the letter was taken: faults/test_worker_faults
 4 a letter that kills its worker each time, a faulty kind: faults/test_poison notifications/test_claiming
   notifications/test_verdicts
 5 a worker told to stop: faults/test_worker_faults
 6 the same task a hundred times, two beats, the next run beside the last: faults/test_worker_faults
 7 no beat for three days: faults/test_clock_faults requests_app/services/test_expiring
 8 the clock changed, another zone, a wrong clock: faults/test_clock_faults notifications/test_tasks
   requests_app/services/test_clock_changes requests_app/test_tasks
 9 the database restarted or only reading: faults/test_database_faults notifications/test_without_database
10 a form sent many times, an answer lost: faults/test_database_faults browser/test_scripted_pages
   journeys/test_duplicates requests_app/services/test_review_races
11 many decisions at once: requests_app/services/test_authorization_races requests_app/services/test_clock_races
12 a mail server that refuses, rests or hangs up: faults/test_smtp_faults notifications/test_verdicts
13 a provider that is busy, broken, babbling, a stranger: faults/test_provider_faults notifications/test_provider
14 what a provider tells, early, twice, in any order, at once: faults/test_webhook_faults notifications/test_tracking
15 scanners at the links: browser/test_scanners
16 an old backup restored: faults/test_restore
"""
