"""Which entities there are: from the start, and when there is something to show."""

from collections.abc import Callable, Iterable

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry, Hub
from .routine.subentries import RoutineConfig
from .subject import (
    Subject,
    alarm_subject,
    nights_subject,
    node_subject,
    room_subject,
    routine_subject,
    sleeper_subject,
    tone_subject,
)

MOST_ENABLED = 3
"""Beside its five others, so that a room has eight entities at most that are on from the start."""


@callback
def add_entities[Description: EntityDescription](
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Hub, Subject, Description], HalcyonEntity],
    *,
    rooms: Iterable[Description] = (),
    sleepers: Iterable[Description] = (),
    nights: Iterable[Description] = (),
    alarms: Iterable[Description] = (),
    measured: Iterable[Description] = (),
    nodes: Iterable[Description] = (),
    tones: Iterable[Description] = (),
) -> None:
    """Add an entity of each description to every room, sleeper and node.

    Those of `nights` are of what is kept of a sleeper, and available whatever the node does. Those
    of `alarms` have sleepers who have an alarm.
    Those of what is `measured` in a room appear as soon as it is: the first MOST_ENABLED are
    enabled, the others are there to be enabled. Those of ultrasonic `tones` appear on the nodes
    that have one.
    """
    hub, entry_id = entry.runtime_data, entry.entry_id
    for room in hub.rooms.values():
        about = room_subject(entry_id, room)
        entities = [make(hub, about, each) for each in rooms]
        async_add_entities(entities, config_subentry_id=room.subentry_id)
        _add_when_known((make(hub, about, each) for each in measured), async_add_entities)
    for sleeper in hub.sleepers.values():
        now, kept = sleeper_subject(entry_id, sleeper), nights_subject(entry_id, sleeper)
        entities = [make(hub, now, each) for each in sleepers]
        entities += [make(hub, kept, each) for each in nights]
        alarm = alarm_subject(entry_id, sleeper)
        of_alarm = [make(hub, alarm, each) for each in alarms]
        if sleeper.alarm is not None:
            entities += of_alarm
        else:
            _remove(of_alarm)
        async_add_entities(entities, config_subentry_id=sleeper.subentry_id)
    async_add_entities(
        make(hub, node_subject(entry_id, node), each) for node in hub.nodes for each in nodes
    )
    for node in hub.nodes:
        about = tone_subject(entry_id, node)
        _add_when_known((make(hub, about, each) for each in tones), async_add_entities)


@callback
def add_to_routines[Description: EntityDescription](
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Hub, Subject, Description], HalcyonEntity],
    descriptions: Iterable[Description],
) -> None:
    """Add an entity of each description to every routine, also to those that are made later."""
    hub, taken = entry.runtime_data, tuple(descriptions)

    def add(routine: RoutineConfig) -> None:
        about = routine_subject(entry.entry_id, routine)
        entities = [make(hub, about, each) for each in taken]
        async_add_entities(entities, config_subentry_id=routine.subentry_id)

    entry.async_on_unload(hub.routines.async_each(add))


def _remove(entities: Iterable[HalcyonEntity]) -> None:
    """Let entities be forgotten that a person has taken away."""
    for entity in entities:
        registry = er.async_get(entity.hub.hass)
        found = registry.async_get_entity_id(entity.platform_domain, DOMAIN, entity.unique_id or "")
        if found is not None:
            registry.async_remove(found)


def _add_when_known(
    entities: Iterable[HalcyonEntity], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add each entity as soon as there is something to show, and at once where there was before."""
    appeared = 0

    def add(entity: HalcyonEntity) -> None:
        nonlocal appeared
        appeared += 1
        if appeared > MOST_ENABLED:
            entity.enable_by_default(enabled=False)
        async_add_entities([entity], config_subentry_id=entity.subject.subentry_id)

    def await_value(entity: HalcyonEntity) -> None:
        @callback
        def add_if_known() -> None:
            if entity.hub.values.get(appears_with) is not None:
                stop_listening()
                add(entity)

        appears_with = entity.subject.appears_with or entity.key
        stop_listening = entity.hub.values.async_listen((appears_with,), add_if_known)
        add_if_known()

    for entity in entities:
        registry = er.async_get(entity.hub.hass)
        if registry.async_get_entity_id(entity.platform_domain, DOMAIN, entity.unique_id or ""):
            add(entity)
        else:
            await_value(entity)
