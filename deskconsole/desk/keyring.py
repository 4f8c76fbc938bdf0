"""Whose key opens the desk over SSH."""

from deskconsole.desk.household import Household
from deskconsole.desk.settled import KEY
from deskconsole.errors import BadInput, NotFound
from deskconsole.lifecycle.access import WHO, Right, a_role
from deskconsole.model import Actor, Matter, Person, PublicKey, Role
from deskconsole.public_keys import parse_public_key


class Keyring(Household):
    """The public keys of those who work here or look on."""

    def set_role(self, by: Actor, name: str, role: Role) -> Person:
        """As everywhere; who is to have no role has no key any more either."""
        with self.store.writing():
            person = super().set_role(by, name, role)
            if role is Role.NONE:
                for owner, key in self.store.public_keys():
                    if owner.id == person.id:
                        self.store.drop_public_key(key.fingerprint)
        return person

    def add_key(self, by: Actor, name: str, text: str) -> PublicKey:
        """Let somebody in by a key, the line of a `.pub` file.

        BadInput for what is no key, for a key that lets somebody in already, and for somebody
        whose role opens nothing.
        """
        self.may(by, Right.PEOPLE)
        key = parse_public_key(text)
        with self.store.writing():
            person = self.member(name, Role.VIEWER)
            if person.role not in WHO[Right.LOOK]:
                raise BadInput(f"{person.name} is {a_role(person.role)}, whom no key lets in")
            for owner, other in self.store.public_keys():
                if other.fingerprint == key.fingerprint:
                    raise BadInput(f"{key.fingerprint} lets {owner.name} in already")
            self.store.add_public_key(person, key, self.clock())
            self._settle(by, Matter.PEOPLE, person.name, None, f"{KEY}{key.fingerprint}")
        return key

    def remove_key(self, by: Actor, name: str, which: str | None = None) -> PublicKey:
        """Let somebody in by a key no more: by its fingerprint or comment, or their only one.

        NotFound or BadInput name the keys that there are.
        """
        self.may(by, Right.PEOPLE)
        with self.store.writing():
            person = self.store.member(name)
            if person is None:
                raise self._stranger(name, Role.VIEWER)
            mine = [key for owner, key in self.store.public_keys() if owner == person]
            if not mine:
                raise NotFound(f"{person.name} has no key")
            named = [key for key in mine if which in (None, key.fingerprint, key.comment)]
            told = "; ".join(f"{key.fingerprint} {key.comment}".strip() for key in mine)
            if not named:
                raise NotFound(f"{person.name} has no such key; there are: {told}")
            if len(named) > 1:
                raise BadInput(f"{person.name} has several; name one by its fingerprint: {told}")
            self.store.drop_public_key(named[0].fingerprint)
            self._settle(by, Matter.PEOPLE, person.name, f"{KEY}{named[0].fingerprint}", None)
        return named[0]

    def lets_in(self, who: Actor, fingerprint: str) -> bool:
        """Whether a key is still one of somebody's."""
        return any(owner == who.person for owner, _ in self.public_keys(fingerprint))

    def public_keys(self, fingerprint: str | None = None) -> list[tuple[Person, PublicKey]]:
        """The keys that let anybody in, by their names; with a `fingerprint` only that one."""
        return [
            (person, key)
            for person, key in self.store.public_keys()
            if person.role in WHO[Right.LOOK] and fingerprint in (None, key.fingerprint)
        ]
