"""The product's own words for each status, one wording for technicians and one for customers."""

from deskconsole.frozen import Record
from deskconsole.model import Status


class Page(Record):
    """What a status is, when it applies and what happens next, to one kind of reader."""

    what: str
    when: str
    next: str


TECHNICIAN: dict[Status, Page] = {
    Status.WAITING_FOR_SUPPORT: Page(
        "Open, and ours to work on.",
        "A ticket starts here, and comes back here when the customer answers, when a team hands it "
        "back, or while support looks into it before any engineering.",
        "Ask the customer, clone it to a team, put it on hold, or resolve it.",
    ),
    Status.WAITING_FOR_CUSTOMER: Page(
        "We asked the customer and cannot go on without an answer.",
        "Something only the customer knows is missing, or their opinion decides how to go on.",
        "An answer brings it back to support. Without one the clock cancels it at the deadline.",
    ),
    Status.SCOPING_WITH_TEAM: Page(
        "In a team's backlog, as a clone.",
        "It was cloned for engineering and no engineer has begun development yet.",
        "It moves to In Progress by itself when a clone enters development.",
    ),
    Status.IN_PROGRESS: Page(
        "An engineer is developing it.",
        "Set by itself for as long as one of its clones is in development.",
        "When the last open clone is done, the customer is asked to approve.",
    ),
    Status.BLOCKED: Page(
        "On hold for something outside the desk.",
        "Reporter and assignee have to meet, or a vendor or partner owes a reply or progress.",
        "Resume it with the outcome; it goes back to support or to where its clones stand.",
    ),
    Status.WAITING_FOR_CUSTOMER_APPROVAL: Page(
        "The work is complete; the customer validates it.",
        "A resolution was delivered and the customer has not yet said whether it holds.",
        "Approval closes it, a rejection brings it back to support, silence closes it at the "
        "deadline.",
    ),
    Status.DONE: Page(
        "Complete, and validated or closed for no answer.",
        "The customer approved, or stayed silent past the approval deadline.",
        "Nothing. A customer's message reopens it inside the reopen window, a technician always.",
    ),
    Status.CANCELED: Page(
        "Given up by the reporter.",
        "The reporter solved it, no longer needs it or filed it twice, or never answered our "
        "question.",
        "Nothing. A customer's message reopens it inside the reopen window, a technician always.",
    ),
    Status.DECLINED: Page(
        "Not going to be done here.",
        "Too low a priority to be scheduled, or not a service of this desk.",
        "Nothing. A customer's message is shown on the card; only a technician reopens it.",
    ),
}

CUSTOMER: dict[Status, Page] = {
    Status.WAITING_FOR_SUPPORT: Page(
        "We have your request and are working on it.",
        "You just wrote to us, or we are looking into what you told us.",
        "You will hear from us; there is nothing you need to do.",
    ),
    Status.WAITING_FOR_CUSTOMER: Page(
        "We have a question for you.",
        "We cannot go on without your answer.",
        "Please answer. If we hear nothing until the date we named, the request is closed.",
    ),
    Status.SCOPING_WITH_TEAM: Page(
        "Your request is with one of our engineering teams.",
        "The team has it on its list and will look into it.",
        "We will tell you when there is something to see; you need do nothing.",
    ),
    Status.IN_PROGRESS: Page(
        "An engineer is working on your request.",
        "Development has begun.",
        "When the work is complete we will ask you to check it.",
    ),
    Status.BLOCKED: Page(
        "Your request is waiting for somebody outside our team.",
        "A meeting with you is to take place, or a supplier or partner owes us an answer.",
        "We go on as soon as that has happened; you can write to us at any time.",
    ),
    Status.WAITING_FOR_CUSTOMER_APPROVAL: Page(
        "We believe your request is complete; please check.",
        "We told you what was done.",
        "Tell us that it works, or what is still wrong. If we hear nothing until the date we "
        "named, the request closes as done.",
    ),
    Status.DONE: Page(
        "Your request is complete.",
        "You told us that it works, or we heard nothing more from you.",
        "If something is still wrong, just answer: a recent request opens again, an older one "
        "starts a new one.",
    ),
    Status.CANCELED: Page(
        "Your request was canceled.",
        "You told us that it is no longer needed, or we did not get an answer to our question.",
        "If you still need it, just answer: a recent request opens again, an older one starts a "
        "new one.",
    ),
    Status.DECLINED: Page(
        "We cannot take on your request.",
        "It is outside what this desk does, or other work has to come first; we told you which.",
        "You can write to us if you see it differently; we will read it.",
    ),
}
