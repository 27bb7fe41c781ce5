"""The login that a vendor's own program keeps: read, and left alone."""

from pathlib import Path

import msgspec
import pytest

from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.providers._contract import Credential
from token_dashboard.providers._login import Login, find_login, read_json
from token_dashboard.providers._units import EpochMs


class File(msgspec.Struct, rename="camel"):
    access_token: str
    expires_at: EpochMs | None = None


def _read(environment: object, home: Path) -> Key | None:
    path = home / "login.json"
    file = read_json(path, File)
    if file is None:
        return None
    return Key(secret=Secret(file.access_token), source=str(path), expires_ms=file.expires_at)


CREDENTIAL = Credential(
    kind="login", where="https://vendor.example", login=Login(read=_read, command="vendor")
)


def find(home: Path) -> Key | None:
    return find_login(CREDENTIAL, {}, home, "Vendor")


def test_a_login_is_read_with_its_expiry_and_its_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "login.json"
    path.write_text('{"accessToken": "canary", "expiresAt": 1795348800000, "refreshToken": "r"}')
    before = path.stat().st_mtime_ns, path.read_bytes()
    key = find(tmp_path)
    assert key == Key(secret=Secret("canary"), source=str(path), expires_ms=1_795_348_800_000)
    assert "canary" not in repr(key)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


def test_nobody_logged_in_is_no_error(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    assert find(tmp_path / "nowhere") is None
    assert find_login(Credential(kind="API key", where="https://x"), {}, tmp_path, "Vendor") is None


@pytest.mark.parametrize(
    "text", ["", '{"accessToken": "can', "[]", "{}", '{"accessToken": "canary", "expiresAt": 1}']
)
def test_a_file_that_is_being_written_or_of_another_shape_is_told_without_its_text(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "login.json").write_text(text)
    with pytest.raises(ProviderUnavailable, match="could not be read just now") as caught:
        find(tmp_path)
    assert "can" not in str(caught.value).replace("could", "")
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "login.json").mkdir()
    with pytest.raises(ProviderUnavailable):
        find(tmp_path)
