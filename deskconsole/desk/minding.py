"""Minding the desk: teams and limits one by one, and who is told of what."""

from deskconsole.desk.keyring import Keyring
from deskconsole.errors import BadInput, NotFound
from deskconsole.lifecycle.access import Right
from deskconsole.model import Actor, Alerts, Matter, Policy, Status
from deskconsole.records import alerts_of
from deskconsole.store.household import limit_of
from deskconsole.text import clean_line


class Minding(Keyring):
    """What a lead settles, and what anybody who works here asked to be told about."""

    def add_team(self, by: Actor, name: str) -> Policy:
        """Let clones go to one team more; BadInput where it is there, or is none."""
        name = clean_line(name)
        with self.store.writing():
            teams = self.store.policy().teams
            if not name or "," in name:
                raise BadInput("a team needs a name, without a comma in it")
            if name in teams:
                raise BadInput(f"there is a team {name} already")
            return self.set_policy(by, "teams", ", ".join((*teams, name)))

    def drop_team(self, by: Actor, name: str) -> Policy:
        """Let clones go to this team no more; those that it has stay. NotFound names the teams."""
        with self.store.writing():
            teams = self.store.policy().teams
            if name not in teams:
                there = ", ".join(teams) or "none, and any name is taken"
                raise NotFound(f"there is no team {clean_line(name)!r}; there are: {there}")
            return self.set_policy(by, "teams", ", ".join(team for team in teams if team != name))

    def set_limit(self, by: Actor, status: Status, most: str, *, seen: str | None = None) -> Policy:
        """Say how many tickets a status should have at most, in words; '' for no limit.

        BadInput where that is no number; SettledMeanwhile where it is not as it was `seen`.
        """
        words = clean_line(most)
        if words and limit_of(words) is None:
            raise BadInput(f"{words!r} is no limit; write a number such as 4, or nothing for none")
        with self.store.writing():
            policy = self.store.policy()
            now = str(policy.limit(status) or "")
            self._unsettled(Matter.POLICY, "limits", f"the limit of {status.title}", seen, now)
            others = [one for one in policy.limits if one.status is not status]
            limits = [*map(str, others), *([f"{status.slug} {words}"] if words else [])]
            return self.set_policy(by, "limits", ", ".join(limits))

    def alerts(self, by: Actor) -> Alerts:
        """What somebody asked to be told about."""
        return self.store.alerts(by.person) if by.person else Alerts()

    def set_alerts(self, by: Actor, text: str) -> Alerts:
        """Tell somebody of this from now on: `urgent, overdue, unassigned 4 hours`; '' for nothing.

        BadInput says what there is to be told of.
        """
        self.may(by, Right.WATCH)
        assert by.person is not None  # those who may are people
        alerts = alerts_of(text)
        with self.store.writing():
            self.store.set_alerts(by.person, alerts)
        return alerts
