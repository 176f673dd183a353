"""Times of the day and days of the week, as conditions name them."""

from ..calendar import DAY_S, read_time, weekday
from .conditions import Day, Time

_DAYS = tuple(Day)


def is_in(condition: Time, day: int, second: int) -> bool:
    """Whether a local time is one that the condition names.

    `day` as in `calendar`, `second` of that day. What is over midnight belongs to the day on
    which it began.
    """
    after = 0 if condition.after is None else read_time(condition.after)
    before = DAY_S if condition.before is None else read_time(condition.before)
    if after <= before:
        within = after <= second < before
    else:
        within = second >= after or second < before
        day -= second < before
    return within and (not condition.days or _DAYS[weekday(day)] in condition.days)
