"""How each language writes money, tokens, shares, durations and moments."""

from datetime import UTC, datetime
from decimal import Decimal
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render_sample_accounts import DAY, HOUR, MINUTE, NOW, ZONE

from token_dashboard.model.money import MAX_NANOS, Money
from token_dashboard.render.language import Language, language
from token_dashboard.render.times import LocalTime, duration, rough


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def time(tag: str = "en", zone: str = ZONE) -> LocalTime:
    return LocalTime.of(zone, NOW, language(tag))


class _WithoutSpaces(NullTranslations):
    def gettext(self, message: str) -> str:
        return message.replace(" ", "")


def test_between_sentences_stands_what_a_language_has_there() -> None:
    said = ["One {x}.", "", "Two.", "Three."]
    assert language("en").sentences(said) == "One {x}. Two. Three."
    assert Language(language("zh").locale, _WithoutSpaces()).sentences(said) == "One {x}.Two.Three."
    assert language("en").sentences([]) == ""


@pytest.mark.parametrize(
    ("tag", "nanos", "currency", "text"),
    [
        ("en", 3_214_999_999, "USD", "$3.21"),
        ("en", 0, "USD", "$0.00"),
        ("en", 1, "USD", "<$0.01"),
        ("en", 9_999_999, "USD", "<$0.01"),
        ("en", 10_000_000, "USD", "$0.01"),
        ("en", -1, "USD", ">-$0.01"),
        ("en", -2_500_000_000, "USD", "-$2.50"),
        ("en", 1_234_500_000_000, "USD", "$1,234.50"),
        ("en", 110_000_000_000, "CNY", "CN¥110.00"),
        ("en", 110_000_000_000, "JPY", "¥110"),
        ("de", 3_210_000_000, "USD", "3,21 $"),
        ("de", 1, "USD", "<0,01 $"),
        ("de", -2_500_000_000, "EUR", "-2,50 €"),
        ("zh_Hans", 3_210_000_000, "USD", "US$3.21"),
        ("zh_Hans", 110_000_000_000, "CNY", "¥110.00"),
        ("en", 5_000_000_000, "XTS", "XTS5.00"),
    ],
)
def test_money_has_the_decimals_and_sign_of_its_currency(
    tag: str, nanos: int, currency: str, text: str
) -> None:
    assert plain(language(tag).money(Money(nanos, currency))).replace("XTS ", "XTS") == text


@given(nanos=st.integers(-MAX_NANOS, MAX_NANOS), tag=st.sampled_from(["en", "de", "zh"]))
def test_money_is_never_minus_nothing_and_nothing_is_never_something(nanos: int, tag: str) -> None:
    text = plain(language(tag).money(Money(nanos)))
    is_zero = not any(digit in text for digit in "123456789")
    assert is_zero == (nanos == 0)
    assert ("-" in text) == (nanos < 0)


@pytest.mark.parametrize(
    ("nanos", "text"),
    [(87_612_345_000, "≈ $88"), (9_990_000_000, "≈ $9.99"), (1, "≈ <$0.01"), (-88_400_000_000, "≈ -$88")],
)
def test_an_estimate_carries_its_sign_and_no_false_precision(nanos: int, text: str) -> None:
    assert plain(language("en").about(Money(nanos))) == text


def test_a_limit_that_a_person_chose_reads_as_it_was_chosen() -> None:
    assert language("en").limit(Money(10_000_000_000)) == "$10"
    assert language("en").limit(Money(2_500_000_000)) == "$2.50"


@pytest.mark.parametrize(
    ("tag", "count", "text"),
    [
        ("en", 0, "0"),
        ("en", 999, "999"),
        ("en", 1_000, "1 k"),
        ("en", 12_345, "12.3 k"),
        ("en", 210_432, "210 k"),
        ("en", 999_499, "999 k"),
        ("en", 999_500, "1 M"),
        ("en", 12_406_000, "12.4 M"),
        ("en", 98_765_432_109, "98.8 B"),
        ("en", 10**13, "10 T"),
        ("de", 12_406_000, "12,4 Mio."),
        ("de", 210_432, "210 Tsd."),
        ("zh_Hans", 12_406_000, "1240万"),
        ("zh_Hans", 9_876, "9880"),
        ("zh_Hans", 3 * 10**9, "30亿"),
    ],
)
def test_tokens_have_three_digits_and_a_unit(tag: str, count: int, text: str) -> None:
    assert plain(language(tag).tokens(count)) == text


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        ("0", "0%"),
        ("0.2", "<1%"),
        ("42.5", "42%"),
        ("67.6", "68%"),
        ("99.9", "99%"),
        ("100", "100%"),
        ("120.4", "120%"),
    ],
)
def test_percentages_are_whole_but_never_round_to_none_or_all(percent: str, text: str) -> None:
    assert language("en").percent(Decimal(percent)) == text


def test_a_share_is_a_percentage() -> None:
    assert language("en").share(0.9099) == "91%"
    assert plain(language("de").share(0.9099)) == "91 %"


@given(st.lists(st.floats(-0.5, 1.5) | st.integers(-10, 1_010).map(lambda permille: permille / 1000)))
def test_shares_of_a_table_are_written_as_one_is(shares: list[float]) -> None:
    for tag in ("en", "de"):
        assert language(tag).shares_of_all(shares) == [language(tag).share(share) for share in shares]


@pytest.mark.parametrize(
    ("seconds", "english", "german", "chinese"),
    [
        (0, "0 s", "0 Sek.", "0秒"),
        (45, "45 s", "45 Sek.", "45秒"),
        (60, "1 m", "1 Min.", "1分钟"),
        (8_100, "2 h 15 m", "2 Std. 15 Min.", "2小时15分钟"),
        (187_200, "2 d 4 h", "2 T. 4 Std.", "2天4小时"),
        (172_800 + 59, "2 d", "2 T.", "2天"),
        (3_661, "1 h 1 m", "1 Std. 1 Min.", "1小时1分钟"),
        (-5, "0 s", "0 Sek.", "0秒"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: int, english: str, german: str, chinese: str) -> None:
    assert [plain(duration(seconds, language(tag))) for tag in ("en", "de", "zh")] == [
        english,
        german,
        chinese,
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 m"),
        (1_740, "29 m"),
        (64_800, "18 h"),
        (47 * 3_600, "47 h"),
        (41.7 * 86_400, "41 d"),
        (97 * 86_400, "3 mo"),
        (800 * 86_400, "2 y"),
    ],
)
def test_an_age_or_estimate_has_one_unit(seconds: float, text: str) -> None:
    assert plain(rough(seconds, language("en"))) == text


@pytest.mark.parametrize(
    ("ms", "english", "german", "chinese"),
    [
        (NOW + HOUR, "15:32", "15:32", "15:32"),
        (NOW + 18 * HOUR, "tomorrow 08:32", "morgen 08:32", "明天 08:32"),
        (NOW - DAY, "yesterday 14:32", "gestern 14:32", "昨天 14:32"),
        (NOW + 4 * DAY + 18 * HOUR + 28 * MINUTE, "Fri 09:00", "Fr 09:00", "周五 09:00"),
        (NOW + 8 * DAY, "Nov 30", "30. Nov.", "11月30日"),
        (NOW + 42 * DAY, "Jan 3, 2027", "3. Jan. 2027", "2027年1月3日"),
    ],
)
def test_a_moment_is_as_near_as_it_needs(ms: int, english: str, german: str, chinese: str) -> None:
    assert [plain(time(tag).when(ms)) for tag in ("en", "de", "zh")] == [english, german, chinese]


def test_tomorrow_begins_at_the_readers_midnight() -> None:
    late = int(datetime(2026, 11, 22, 22, 30, tzinfo=UTC).timestamp() * 1000)
    assert time(zone="UTC").when(late) == "22:30"
    assert time(zone="Asia/Tokyo").when(late) == "tomorrow 07:30"


def test_a_moment_beyond_every_calendar_does_not_fail() -> None:
    assert time().when(10**18)
    assert time().when(-(10**18))
    assert time().until(10**18)


def test_moments_of_many_rows_are_local_to_the_minute_through_the_change_of_clocks() -> None:
    time = LocalTime.of("Europe/Berlin", 0, language("de"))
    hours = [round(datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp() * 1000) for hour in range(3)]
    told = [text.replace("\N{NO-BREAK SPACE}", " ") for text in time.moments([*hours, -(10**18)])]
    assert told[:3] == ["25. Okt. 2026 02:30", "25. Okt. 2026 02:30", "25. Okt. 2026 03:30"]
    assert told[3].split()[2] == "5"


def test_a_runway_is_an_estimate_or_over() -> None:
    assert [plain(time().runway(NOW + ms)) for ms in (18 * HOUR, 900 * DAY, 0, -HOUR)] == [
        "≈ 18 h",
        "> 2 y",
        "empty",
        "empty",
    ]


def test_the_last_day_of_the_month_is_the_readers() -> None:
    assert plain(time().month_end()) == "Nov 30"


@pytest.mark.parametrize(
    ("tag", "words", "locale"),
    [
        ("de-AT", "Heute", "de_AT"),
        ("de_DE.UTF-8", "Heute", "de_DE"),
        ("zh-CN", "今日", "zh_Hans_CN"),
        ("zh-TW", "今日", "zh_Hans"),
        ("zh", "今日", "zh_Hans"),
        ("en_GB", "Today", "en_GB"),
        ("fr", "Today", "en"),
        ("C", "Today", "en"),
        ("", "Today", "en"),
        ("../../etc/passwd", "Today", "en"),
        ("\x00", "Today", "en"),
    ],
)
def test_a_tag_finds_the_nearest_language_we_speak(tag: str, words: str, locale: str) -> None:
    spoken: Language = language(tag)
    assert spoken.gettext("Today") == words
    assert str(spoken.locale) == locale


def test_an_empty_message_stays_empty() -> None:
    assert language("de").gettext("") == ""
