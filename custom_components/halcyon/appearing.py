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
    appearing_subject,
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
    appearing: Iterable[Description] = (),
) -> None:
    """Add an entity of each description to every room, sleeper and node.

    Those of `nights` are of what is kept of a sleeper, and available whatever the node does. Those
    of `alarms` have sleepers who have an alarm.
    Those of what is `measured` in a room appear as soon as it is: the first MOST_ENABLED are
    enabled, the others are there to be enabled. Those of ultrasonic `tones` appear on the nodes
    that have one, and those `appearing` on the nodes of which their own value is known.
    """
    hub, entry_id = entry.runtime_data, entry.entry_id
    for room in hub.rooms.values():
        about = room_subject(entry_id, room)
        _add((make(hub, about, each) for each in rooms), async_add_entities)
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
        _add(entities, async_add_entities)
    each_node = [node_subject(entry_id, node) for node in hub.nodes]
    _add((make(hub, about, each) for about in each_node for each in nodes), async_add_entities)
    for node in hub.nodes:
        about = tone_subject(entry_id, node)
        _add_when_known((make(hub, about, each) for each in tones), async_add_entities)
        part = appearing_subject(entry_id, node)
        _add_when_known((make(hub, part, each) for each in appearing), async_add_entities)


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
        _add((make(hub, about, each) for each in taken), async_add_entities)

    entry.async_on_unload(hub.routines.async_each(add))


def _registered(entity: HalcyonEntity) -> er.RegistryEntry | None:
    """What the registry knows of an entity, None before it was added for the first time."""
    registry = er.async_get(entity.hub.hass)
    found = registry.async_get_entity_id(entity.platform_domain, DOMAIN, entity.unique_id or "")
    return None if found is None else registry.async_get(found)


def _add(
    entities: Iterable[HalcyonEntity], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add entities of one subentry, but for those that are switched off.

    Home Assistant would only turn them away, which takes as long as to add one, and they are most
    of all. When a person switches one on it reloads the entry.
    """
    wanted = []
    for entity in entities:
        known = _registered(entity)
        if known is None or not known.disabled:
            wanted.append(entity)
    if wanted:
        async_add_entities(wanted, config_subentry_id=wanted[0].subject.subentry_id)


def _remove(entities: Iterable[HalcyonEntity]) -> None:
    """Let entities be forgotten that a person has taken away."""
    for entity in entities:
        if (known := _registered(entity)) is not None:
            er.async_get(entity.hub.hass).async_remove(known.entity_id)


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
        _add((entity,), async_add_entities)

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
        if _registered(entity) is not None:
            add(entity)
        else:
            await_value(entity)
