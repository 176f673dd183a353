"""Names that more than one file of the integration uses."""

from homeassistant.const import Platform

DOMAIN = "halcyon"
MANUFACTURER = "Halcyon"

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.STT,
    Platform.SWITCH,
    Platform.TIME,
)

CONF_AREA = "area"
CONF_BED = "bed"
CONF_BED_FAR = "bed_far"
CONF_BED_NEAR = "bed_near"
CONF_ENTITIES = "entities"
CONF_HAND_OVER = "hand_over"
CONF_HOST = "host"
CONF_KEEP_COMMANDS = "keep_commands"
CONF_KEEP_DAYS = "keep_days"
CONF_MIRRORED = "mirrored"
CONF_NODE = "node"
CONF_NODES = "nodes"
CONF_PART = "part"
CONF_PERSON = "person"
CONF_PLACEMENT = "placement"
CONF_POLYGON = "polygon"
CONF_QUIET_MINUTES = "quiet_minutes"
CONF_ROOM = "room"
CONF_ROTATION = "rotation"
CONF_ROUTINE = "routine"
CONF_RULE = "rule"
CONF_SENSITIVITY = "sensitivity"
CONF_SIDE = "side"
CONF_SITE = "site"
CONF_SLEEPER = "sleeper"
CONF_SOURCE = "source"
CONF_SOURCES = "sources"
CONF_SPEECH = "speech"
CONF_X = "x"
CONF_Y = "y"
CONF_ZONES = "zones"

DEFAULT_SITE = "home"
SUBENTRY_ROOM = "room"
SUBENTRY_ROUTINE = "routine"
SUBENTRY_SLEEPER = "sleeper"

ATTR_SAYS = "says"
EVENT_ROUTINE_RAN = "halcyon_routine_ran"
EVENT_ROUTINE_TROUBLED = "halcyon_routine_troubled"

HOST_HOME_ASSISTANT = "home_assistant"
HOST_SERVICE = "service"

RESTORE_SECONDS = 60.0
"""How long a room shows its stored state after a restart before one of its nodes must speak."""

WISH_SECONDS = 1.0
"""How soon a person's wish is on disk: who sets something expects it to outlast a power cut."""

SAVE_SECONDS = 60.0
"""The longest time between a change and its being on disk, so the most that a crash costs."""
