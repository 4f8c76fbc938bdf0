"""The import format in words, for `deskconsole import --help`."""

FORMAT = """\
One JSON object a line, a ticket each; text is UTF-8.

\b
  title      what it is about, in one line
  reporter   {"name": "Bob", "email": "bob@example.org"}; the name may be left out
  priority   urgent, high, normal (the default) or low
  tags       a list of words
  assignee   a login, where no event assigns the ticket
  watchers   a list of logins: who watches it
  number     its number, where it is to keep one; a number that is taken is refused
  events     what happened, oldest first

An event has "at" (2026-05-31T09:30:00Z), "verb" and "by" (a login, the customer's address, or
"clock"; "as" names the role where that is not plain), and what the verb brings under the names of
the command line's options: message, reason, team, title, tracker, clone, engineer, kind, whom,
until, for_customer, duplicate_of. The first verb is open; the others are those of
`deskconsole guide --moves` and reply, note (with "minutes" where it tells of time spent), receive
(with "automatic" or "approve"), assign (with "assignee"), take, edit (with title, priority, tags,
follows or duplicate_of: numbers of tickets, 0 for none), and step (a clone's "step": start,
shelve, done or drop).
"deadline" and "reopen_until", where an event has them, are kept; otherwise the desk's policy sets
them.

A line without events may give "status" and the time "at"; it is recorded in one import event.
With the team it needs "team" (and "engineer" in progress), on hold "kind" and "whom".
A ticket may name others (follows, duplicate_of) that stand anywhere in the file.

\b
  {"title": "VPN drops", "reporter": {"email": "bob@example.org"}, "events": [
    {"at": "2026-05-04T09:00:00Z", "verb": "open", "by": "bob@example.org", "message": "Help!"},
    {"at": "2026-05-04T09:30:00Z", "verb": "resolve", "by": "ana", "message": "Cable."}]}
(on one line). People that the desk does not know are added: reporters as customers, those who act
as technicians. What `export` writes, `import` reads; its other fields are checked against what
the events lead to.
"""
