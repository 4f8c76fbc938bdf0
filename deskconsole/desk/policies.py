"""What each policy of the desk means, for whoever sets it."""

MEANINGS = {
    "timezone": "the desk's calendar, such as Europe/Vienna",
    "approval_period": "how long a customer has to approve, such as 1 week",
    "response_period": "how long a customer has to answer a question",
    "reopen_window": "how long a customer's message reopens a closed ticket",
    "teams": "who clones may go to: net, db; none means any team",
    "link": "where others find a ticket: https://desk.example.org/{ticket}",
    "targets": "what is promised, first word / end: urgent 1 hour / 8 hours, low none / 10 days",
    "working_hours": "when promised time runs: mon-fri 09:00-17:00, or always",
    "holidays": "when it does not: DE-BY or another country, and days such as 2026-12-24",
    "limits": "how many tickets a status should have at most: in-progress 4, blocked 3",
}
