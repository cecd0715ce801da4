"""Towns, people, offices and events of the fictional study, and how the words of a passage find them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veche.demo._data import read
from veche.demo._ids import Ids
from veche.demo.bank import ISSUES
from veche.study.actors import Actor, Event, Office, Tenure
from veche.study.places import Attribute, Region, Town
from veche.study.record import Language, Record

_CASES = ("gen", "dat", "acc", "ins", "loc")
#: in the study without change, whoever is in office on this day stays
_STILL = dt.date(2014, 12, 31)
#: kinds of events that change something
_CHANGING = frozenset({"change_of_head", "change_of_owner", "intervention", "conflict", "other"})
_OFFICE_OF = {"head": "head", "speaker": "chair", "manager": "manager", "director": "director"}


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in an office from `start` (inclusive) to `end` (exclusive)."""

    person: str
    start: dt.date | None
    end: dt.date | None

    def on(self, day: dt.date) -> bool:
        """Is the person in office on that day?"""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


def _holders(rows: list[list[Any]], null: bool) -> tuple[Holder, ...]:
    holders = [Holder(*row) for row in rows]
    if null:
        present = next(h for h in holders if h.on(_STILL))
        holders = [*holders[: holders.index(present)], Holder(present.person, present.start, None)]
    return tuple(holders)


class World:
    """The places and actors as records, and the way from the words of the bank to them."""

    def __init__(self, language: Language, ids: Ids, null: bool) -> None:
        self._data = read("towns")
        self._language, self._ids, self._null = language, ids, null
        self._holders: dict[tuple[str, str], tuple[Holder, ...]] = {
            (town, office): _holders(rows, null)
            for town, entry in self._data["towns"].items()
            for office, rows in entry["offices"].items()
        }

    def holder(self, town: str, office: str, day: dt.date) -> str | None:
        """Return the key of the person who holds an office on a day, if anybody does."""
        return next((h.person for h in self._holders.get((town, office), ()) if h.on(day)), None)

    def person_name(self, town: str, person: str) -> str:
        """Return the Russian name of a person: surname, name, patronymic."""
        return str(self._data["towns"][town]["people"][person]["ru"])

    def issue(self, named: str | None) -> str | None:
        """Return what an act is about in the language of the study; an issue that is a code keeps its key."""
        return ISSUES.get(named, named) if named is not None and self._language == "ru" else named

    def slots(self, town: str, day: dt.date) -> Mapping[str, str]:
        """Return the words for the slots of a passage that is told in a town on a day."""
        entry = self._data["towns"][town]
        head = entry["people"][self.holder(town, "head", day)]
        named = {
            "town": (entry[self._language], entry["cases"]),
            "firm": (entry["firm"][self._language], entry["firm"]["cases"]),
            "head": (head["surname"][self._language], head["cases"]),
            "region": (
                self._data["regions"][entry["region"]][self._language],
                self._data["regions"][entry["region"]]["cases"],
            ),
        }
        slots = {name: nominative for name, (nominative, _) in named.items()}
        for name, (_, cases) in named.items():
            slots.update({f"{name}.{case}": word for case, word in zip(_CASES, cases, strict=True)})
        return slots

    def actor_id(self, key: str) -> str:
        """Return the identifier of an actor by key: `A.vershinin`, `A.assembly`, `OLM.governor`, `federal`."""
        return self._ids("actor", key)

    def party(self, party: str, town: str, at: dt.date, said: dt.date, *, dated: bool) -> str:
        """Return the identifier of the office or actor that a word of the bank means.

        Parameters
        ----------
        party
            A party of the bank: head, former_head, assembly ...
        at, said
            Beginning of the event, and day of the interview.
        dated
            Does the passage name the time of the event?
        """
        office = _OFFICE_OF.get(party)
        if office and (town, office) in self._holders:
            return self._ids("office", f"{town}.{office}")
        if party == "manager":
            return self.actor_id(f"{town}.administration")
        if party == "former_head":
            return self.actor_id(f"{town}.{self._former_head(town, at if dated else None, said)}")
        if party == "owner":
            return self.actor_id(f"{town}.{self._owner(town, at)}")
        if party == "governor":
            return self.actor_id(f"{self._data['towns'][town]['region']}.governor")
        return self.actor_id("federal" if party == "federal" else f"{town}.{party}")

    def _former_head(self, town: str, at: dt.date | None, said: dt.date) -> str:
        present = self.holder(town, "head", said)
        if at is not None and (then := self.holder(town, "head", at)) not in {None, present}:
            return str(then)
        before = [h.person for h in self._holders[town, "head"] if h.end is not None and h.end <= said]
        return before[-1] if before else "former_head"

    def _owner(self, town: str, at: dt.date) -> str:
        owners = self._data["towns"][town]["owners"]
        if self._null:
            return str(owners[0]["key"])
        return str(next(o["key"] for o in owners if o.get("until") is None or at < o["until"]))

    def records(self, waves: Mapping[int, str]) -> list[Record]:
        """Return regions, towns, actors, offices, tenures, events and attributes; `waves` gives the ids of the waves."""
        ids, say = self._ids, self._language
        out: list[Record] = [
            Region(id=ids("region", key), key=key, name=entry[say]) for key, entry in self._data["regions"].items()
        ]
        out += [
            Actor(
                id=self.actor_id(f"{key}.governor"),
                key=f"{key}.governor",
                name=entry["governor"][say],
                branch="executive",
            )
            for key, entry in self._data["regions"].items()
        ]
        out.append(
            Actor(
                id=self.actor_id("federal"),
                key="federal",
                name=self._data["federal"][say],
                kind="level",
                branch="executive",
            )
        )
        for at, (key, entry) in enumerate(self._data["towns"].items()):
            out.append(
                Town(
                    id=ids("town", key), key=key, name=entry[say], region_id=ids("region", entry["region"]), kind=entry["kind"],
                    monotown=entry["states"][1]["monotown"] == "true", position=at, note=entry["note"][say],
                )
            )  # fmt: skip
            out += self._actors(key, entry)
            out += self._offices(key, entry)
            out += [self._event(key, event) for event in entry["events"] if not self._dropped(event)]
            out += self._attributes(key, entry, waves)
        out += [self._event(None, event) for event in self._data["events"] if not self._dropped(event)]
        return out

    def _dropped(self, event: Mapping[str, Any]) -> bool:
        return self._null and event["kind"] in _CHANGING

    def _actor(self, town: str, key: str, name: str, kind: Any, branch: Any) -> Actor:
        whole = f"{town}.{key}"
        return Actor(
            id=self.actor_id(whole), key=whole, name=name, kind=kind, branch=branch, town_id=self._ids("town", town)
        )

    def _actors(self, town: str, entry: Mapping[str, Any]) -> list[Record]:
        say = self._language
        out: list[Record] = [
            self._actor(town, key, person[say], "person", person["branch"]) for key, person in entry["people"].items()
        ]
        out += [
            self._actor(town, key, group[say].format(town=entry[say]), group["kind"], group["branch"])
            for key, group in self._data["groups"].items()
        ]
        out.append(self._actor(town, "firm", entry["firm"]["full"][say], "firm", "business"))
        out += [self._actor(town, owner["key"], owner[say], "group", "business") for owner in entry["owners"]]
        # whoever led the town before the first head whose name is known
        earlier = self._data["earlier_head"][say].format(town=entry[say])
        out.append(self._actor(town, "former_head", earlier, "person", "executive"))
        return out

    def _offices(self, town: str, entry: Mapping[str, Any]) -> list[Record]:
        out: list[Record] = []
        for key in entry["offices"]:
            office, whole = self._data["offices"][key], f"{town}.{key}"
            name = office[self._language].format(town=entry[self._language])
            out.append(
                Office(
                    id=self._ids("office", whole), key=whole, name=name, branch=office["branch"],
                    town_id=self._ids("town", town), weight=float(office["weight"]),
                )
            )  # fmt: skip
            out += [
                Tenure(
                    id=self._ids("tenure", f"{whole}.{holder.person}"), office_id=self._ids("office", whole),
                    actor_id=self.actor_id(f"{town}.{holder.person}"), start=holder.start, end=holder.end,
                )
                for holder in self._holders[town, key]
            ]  # fmt: skip
        return out

    def _event(self, town: str | None, event: Mapping[str, Any]) -> Event:
        key = f"{town}.{event['key']}" if town else event["key"]
        return Event(
            id=self._ids("event", key), key=key, title=event[self._language], kind=event["kind"], start=event["start"],
            end=event.get("end", event["start"]), town_id=self._ids("town", town) if town else None,
            actor_id=self.actor_id(f"{town}.{event['person']}") if "person" in event else None,
            office_id=self._ids("office", f"{town}.{event['office']}") if "office" in event else None,
        )  # fmt: skip

    def _attributes(self, town: str, entry: Mapping[str, Any], waves: Mapping[int, str]) -> list[Record]:
        states = entry["states"]
        return [
            Attribute(
                id=self._ids("attribute", f"{town}/{wave}/{name}"), target_id=self._ids("town", town), name=name,
                value=states[1][name] if self._null else value, wave_id=waves[wave],
            )
            for wave, state in states.items()
            for name, value in state.items()
        ]  # fmt: skip
