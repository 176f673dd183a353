"""How a site and its rooms come into being, change and are refused."""

from typing import Any

from homeassistant import config_entries
from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_MQTT,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockPahoClient
from tests.integration.conftest import Node, Settle, room, set_up

from custom_components.halcyon.const import DOMAIN
from custom_components.halcyon.discovery import (
    Found,
    can_watch_bed,
    found_from_json,
    read_announcement,
)
from custom_components.halcyon.engine.core.reading import Announcement, Stream
from custom_components.halcyon.offers import MOST_OFFERS
from custom_components.halcyon.sleep.subentries import sleeper_configs


def announced(payload: str | bytes, topic: str = "halcyon/1/home/radar-1/info") -> MqttServiceInfo:
    return MqttServiceInfo(topic, payload, 1, True, "halcyon/1/+/+/info", 0.0)


async def discover(hass: HomeAssistant, info: MqttServiceInfo) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_MQTT}, data=info
    )


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, given: dict[str, Any]
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], given)


def offered(hass: HomeAssistant, step: str = "confirm") -> list[ConfigFlowResult]:
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow for flow in flows if flow["step_id"] == step]


@pytest.mark.usefixtures("mqtt_mock")
class TestFound:
    """The first node of a site, through the broker."""

    async def test_two_clicks_make_a_site_and_its_room(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        area = ar.async_get(hass).async_create("Bedroom")
        node.announce()
        await settle()
        (flow,) = offered(hass)
        assert flow["context"]["title_placeholders"] == {"name": "radar-1 (HLK-LD2450)"}

        result = await answer(hass, flow, {"area": area.id})

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["title"] == "Home"
        assert result["data"] == {"site": "home"}
        entry = result["result"]
        assert entry.unique_id == "home"
        (only,) = entry.subentries.values()
        assert (only.title, only.unique_id) == ("Bedroom", "bedroom")
        assert [source["source"] for source in only.data["sources"]] == ["radar-1"]
        assert hass.states.get("binary_sensor.bedroom_occupancy")
        await settle()
        assert not offered(hass)

    async def test_the_area_is_suggested(self, hass: HomeAssistant, node: Node) -> None:
        area = ar.async_get(hass).async_create("Sleeping", aliases={"Bedroom"})
        result = await discover(hass, announced(node.announcement()))
        assert result["data_schema"] is not None
        (field,) = result["data_schema"].schema
        assert field.description == {"suggested_value": area.id}

    async def test_an_area_that_does_not_exist_is_made(
        self, hass: HomeAssistant, node: Node
    ) -> None:
        result = await discover(hass, announced(node.announcement(room="guest-room")))
        result = await answer(hass, result, {})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert ar.async_get(hass).async_get_area_by_name("Guest room")

    async def test_a_node_without_a_wish_needs_an_area(
        self, hass: HomeAssistant, node: Node
    ) -> None:
        area = ar.async_get(hass).async_create("Bedroom")
        result = await discover(hass, announced(node.announcement(room=None, model=None)))
        result = await answer(hass, result, {})
        assert result["errors"] == {"area": "area_needed"}
        result = await answer(hass, result, {"area": area.id})
        assert result["type"] is FlowResultType.CREATE_ENTRY

    @pytest.mark.parametrize(
        ("watches", "sleepers"), [(True, [("Bedroom sleeper", "radar-1")]), (False, [])]
    )
    async def test_a_radar_that_measures_breathing_may_watch_a_bed(
        self, hass: HomeAssistant, node: Node, watches: bool, sleepers: list[tuple[str, str]]
    ) -> None:
        streams = {"radar": {"enc": "uart", "proto": "mr60bha2"}}
        result = await discover(hass, announced(node.announcement(streams=streams)))
        result = await answer(hass, result, {"bed": watches})
        made = sleeper_configs(result["result"])
        assert [(each.title, each.node) for each in made] == sleepers
        assert {each.room for each in made} <= {"bedroom"}

    async def test_one_flow_however_many_nodes(self, hass: HomeAssistant, settle: Settle) -> None:
        for name in ("radar-1", "radar-2", "radar-3"):
            Node(hass, name).announce()
        await settle()
        assert len(offered(hass)) == 1

    async def test_inventing_sites_has_an_end(self, hass: HomeAssistant, settle: Settle) -> None:
        for index in range(MOST_OFFERS + 10):
            Node(hass, "radar-1", f"site-{index}").announce()
        await settle()
        assert len(offered(hass)) == MOST_OFFERS

    async def test_a_node_that_takes_itself_back_is_offered_no_more(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        node.announce()
        Node(hass, "radar-1", "cottage").announce()
        await settle()
        assert len(offered(hass)) == 2
        node.publish("info", b"")
        await settle()
        (flow,) = offered(hass)
        assert flow["context"]["unique_id"] == "cottage"

    @pytest.mark.parametrize(
        ("model", "label"),
        [
            ("<img src=http://evil.example>", "radar-1 (img src http evil example)"),
            ("[free](http://a.b)", "radar-1 (free (http a b))"),
            ("www.evil.example", "radar-1 (www evil example)"),
            ("{{ 1/0 }}", "radar-1 (1 0)"),
            ("**!**", "radar-1"),
            ("Speaker 1.0", "radar-1 (Speaker 1.0)"),
            ("Küche-7 (neu)", "radar-1 (Küche-7 (neu))"),
        ],
    )
    async def test_a_model_is_no_markup_in_a_dialogue(
        self, hass: HomeAssistant, node: Node, model: str, label: str
    ) -> None:
        result = await discover(hass, announced(node.announcement(model=model)))
        assert result["description_placeholders"] is not None
        assert result["description_placeholders"]["name"] == label

    @pytest.mark.parametrize(
        ("topic", "payload", "reason"),
        [
            ("halcyon/1/home/radar-1/info", "", "node_gone"),
            ("halcyon/1/home/radar-1/info", "{", "invalid_discovery_info"),
            ("halcyon/1/home/radar-1/info", "[]", "invalid_discovery_info"),
            ("halcyon/1/home/radar-1/info", '{"v":1}', "invalid_discovery_info"),
            ("halcyon/1/home/radar-1/info", '{"v":2,"boot":1}', "unsupported_version"),
            ("halcyon/1/Home/radar-1/info", '{"v":1,"boot":1}', "invalid_discovery_info"),
            ("halcyon/1/home/Radar/info", '{"v":1,"boot":1}', "invalid_discovery_info"),
            ("halcyon/1/home/radar-1/avail", '{"v":1,"boot":1}', "invalid_discovery_info"),
            ("halcyon", '{"v":1,"boot":1}', "invalid_discovery_info"),
        ],
    )
    async def test_what_is_no_announcement_is_refused(
        self, hass: HomeAssistant, topic: str, payload: str, reason: str
    ) -> None:
        result = await discover(hass, announced(payload, topic))
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == reason

    async def test_a_site_that_is_set_up_is_not_found_again(
        self, hass: HomeAssistant, node: Node
    ) -> None:
        await set_up(hass)
        result = await discover(hass, announced(node.announcement()))
        assert result["reason"] == "already_configured"

    async def test_a_removed_site_is_found_again(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        node.announce()
        await settle()
        result = await answer(hass, offered(hass)[0], {})
        await settle()
        await hass.config_entries.async_remove(result["result"].entry_id)
        await settle()
        assert len(offered(hass)) == 1


@pytest.mark.usefixtures("mqtt_mock")
class TestLaterNodes:
    """Nodes that announce themselves where the site is set up."""

    async def test_a_later_node_makes_its_own_room(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        entry = await set_up(hass, room(hass, "Bedroom", node.name))
        Node(hass, "radar-2").announce(room="study")
        await settle()
        (flow,) = offered(hass)
        result = await answer(hass, flow, {})
        assert result["reason"] == "node_added"
        await settle()
        assert [each.title for each in entry.subentries.values()] == ["Bedroom", "Study"]
        assert hass.states.get("binary_sensor.study_occupancy")
        assert not offered(hass)

    async def test_a_later_node_joins_the_room_of_its_area(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        entry = await set_up(hass, room(hass, "Bedroom", node.name))
        Node(hass, "radar-2").announce()
        await settle()
        await answer(hass, offered(hass)[0], {"area": "bedroom"})
        (only,) = entry.subentries.values()
        assert [each["source"] for each in only.data["sources"]] == ["radar-1", "radar-2"]

    async def test_an_area_with_several_rooms_asks_which(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        entry = await set_up(
            hass, room(hass, "Loft", node.name), room(hass, "Loft", "radar-9", part="Desk")
        )
        Node(hass, "radar-2").announce(room="loft")
        await settle()
        result = await answer(hass, offered(hass)[0], {"area": "loft"})
        assert result["step_id"] == "choose_room"
        desk = next(each for each in entry.subentries.values() if each.title == "Loft Desk")
        result = await answer(hass, result, {"room": desk.subentry_id})
        assert result["reason"] == "node_added"
        desk = entry.subentries[desk.subentry_id]
        assert [each["source"] for each in desk.data["sources"]] == ["radar-9", "radar-2"]

    async def test_a_site_that_goes_away_while_asked_is_no_error(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        entry = await set_up(
            hass, room(hass, "Loft", node.name), room(hass, "Loft", "radar-9", part="Desk")
        )
        Node(hass, "radar-2").announce(room="loft")
        await settle()
        result = await answer(hass, offered(hass)[0], {"area": "loft"})
        await hass.config_entries.async_remove(entry.entry_id)
        result = await answer(hass, result, {"room": next(iter(entry.subentries))})
        assert result["reason"] == "already_configured"

    async def test_a_known_node_is_not_offered(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        await set_up(hass, room(hass, "Bedroom", node.name))
        node.announce()
        await settle()
        assert not offered(hass)

    async def test_many_nodes_at_once_lose_no_subscription(
        self,
        hass: HomeAssistant,
        mqtt_client_mock: MqttMockPahoClient,
        node: Node,
        settle: Settle,
    ) -> None:
        entry = await set_up(hass, room(hass, "Bedroom", node.name))
        names = [f"radar-{number}" for number in range(2, 8)]
        for name in names:
            Node(hass, name).announce(room=name)
        await settle()
        flows = offered(hass)
        assert len(flows) == len(names)
        for flow in flows:
            await answer(hass, flow, {})
        await settle()
        assert len(entry.runtime_data.rooms) == 7
        for name in names:
            Node(hass, name).online()
        await settle()
        for name in names:
            occupancy = hass.states.get(f"binary_sensor.{name.replace('-', '_')}_occupancy")
            assert occupancy is not None
            assert occupancy.state != "unavailable"
        mqtt_client_mock.unsubscribe.assert_not_called()

    async def test_inventing_nodes_has_an_end(self, hass: HomeAssistant, settle: Settle) -> None:
        await set_up(hass)
        for index in range(MOST_OFFERS + 10):
            Node(hass, f"invented-{index}").announce()
        await settle()
        assert len(offered(hass)) == MOST_OFFERS

    async def test_a_node_that_takes_itself_back_is_offered_no_more(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        await set_up(hass)
        node.announce()
        Node(hass, "radar-2").announce()
        await settle()
        node.publish("info", b"")
        await settle()
        (flow,) = offered(hass)
        assert flow["context"]["unique_id"] == "home/radar-2"

    async def test_an_offer_ends_when_the_node_is_chosen_in_a_room(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        entry = await set_up(hass, room(hass, "Bedroom", node.name))
        Node(hass, "radar-2").announce()
        await settle()
        assert len(offered(hass)) == 1
        (only,) = entry.subentries.values()
        changing = await hass.config_entries.subentries.async_init(
            (entry.entry_id, "room"),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": only.subentry_id},
        )
        await hass.config_entries.subentries.async_configure(
            changing["flow_id"],
            {"area": "bedroom", "nodes": ["radar-1", "radar-2"], "sensitivity": "medium"},
        )
        await settle()
        assert not offered(hass)

    async def test_an_ignored_node_stays_ignored(
        self, hass: HomeAssistant, node: Node, settle: Settle
    ) -> None:
        entry = await set_up(hass)
        node.announce()
        await settle()
        (flow,) = offered(hass)
        await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": config_entries.SOURCE_IGNORE},
            data={"unique_id": flow["context"]["unique_id"], "title": node.name},
        )
        await hass.config_entries.async_reload(entry.entry_id)
        node.announce()
        await settle()
        assert not offered(hass)

    async def test_a_node_of_no_site_or_in_a_room_is_refused(
        self, hass: HomeAssistant, node: Node
    ) -> None:
        await set_up(hass, room(hass, "Bedroom", node.name))
        for site in ("home", "elsewhere"):
            found = Found(site, node.name, "ld2450", "bedroom", can_watch_bed=False)
            result = await hass.config_entries.flow.async_init(
                DOMAIN, context={"source": SOURCE_INTEGRATION_DISCOVERY}, data=found.to_json()
            )
            assert result["reason"] == "already_configured"


class TestByHand:
    """A site for people without nodes, or without a broker."""

    async def test_a_site_is_made_and_its_room_asked_for(self, hass: HomeAssistant) -> None:
        result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        assert result["step_id"] == "user"
        result = await answer(hass, result, {"name": "Our home", "site": "home"})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert (result["title"], result["data"]) == ("Our home", {"site": "home"})
        (subflow,) = hass.config_entries.subentries.async_progress()
        assert result["next_flow"] == (
            config_entries.FlowType.CONFIG_SUBENTRIES_FLOW,
            subflow["flow_id"],
        )

    async def test_the_site_must_be_an_id(self, hass: HomeAssistant) -> None:
        result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        result = await answer(hass, result, {"name": "Ours", "site": "Our home"})
        assert result["errors"] == {"site": "invalid_site"}
        result = await answer(hass, result, {"name": "Ours", "site": "our-home"})
        assert result["type"] is FlowResultType.CREATE_ENTRY

    async def test_a_site_is_set_up_once(self, hass: HomeAssistant) -> None:
        await set_up(hass)
        result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        result = await answer(hass, result, {"name": "Again", "site": "home"})
        assert result["reason"] == "already_configured"

    async def test_reconfigure(self, hass: HomeAssistant) -> None:
        entry, _ = await set_up(hass), await set_up(hass, site="cottage")
        result = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )
        result = await answer(hass, result, {"name": "New", "site": "No!"})
        assert result["errors"] == {"site": "invalid_site"}
        result = await answer(hass, result, {"name": "New", "site": "cottage"})
        assert result["errors"] == {"site": "site_taken"}
        result = await answer(hass, result, {"name": "New", "site": "house"})
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert (entry.title, entry.unique_id) == ("New", "house")
        assert dict(entry.data) == {"site": "house"}
        assert entry.runtime_data.site == "house"

    async def test_options(self, hass: HomeAssistant) -> None:
        entry = await set_up(hass)
        assert entry.runtime_data.configurable
        result = await hass.config_entries.options.async_init(entry.entry_id)
        result = await hass.config_entries.options.async_configure(
            result["flow_id"], {"host": "service"}
        )
        await hass.async_block_till_done()
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options == {
            "host": "service",
            "keep_days": 90,
            "hand_over": True,
            "keep_commands": False,
        }
        assert not entry.runtime_data.configurable


@given(st.text(max_size=60), st.binary(max_size=200) | st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_message_is_an_announcement_or_a_reason(topic: str, payload: str | bytes) -> None:
    assert isinstance(read_announcement(topic, payload), str)


def test_what_was_found_survives_the_flow() -> None:
    found = Found("home", "radar-1", None, None, can_watch_bed=True)
    assert found_from_json(found.to_json()) == found
    assert (found.label, found.wish) == ("radar-1", "")


@pytest.mark.parametrize(
    ("stream", "can"),
    [
        (Stream("breath", "f32"), True),
        (Stream("frames", "c16"), True),
        (Stream("radar", "raw", protocol="mr60bha2"), True),
        (Stream("radar", "raw", protocol="ld2450"), False),
        (Stream("ultrasound", "c16"), False),
    ],
)
def test_who_measures_breathing_may_watch_a_bed(stream: Stream, can: bool) -> None:
    announced = Announcement(1, 1, None, None, None, (stream,))
    assert can_watch_bed(announced) is can
